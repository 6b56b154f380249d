"""Salts whose motion is known: mobile ions walk with a given diffusivity, and ions of several atoms turn with a given C2(t).

Positions are in Å, times in ps.
"""

import numpy as np
from scipy.spatial.transform import Rotation

INTERVAL = 0.1
FRAMES = 300
# Ions turn by this angle, about axes of any direction, so many times between frames.
ANGLE, TURNS = 0.14, 3
# What is at rest vibrates about its place with this width.
VIBRATION = 0.05
# Everything drifts by this from frame to frame.
DRIFT = np.array([0.012, -0.009, 0.007])


def decay_of_c2():
    """Of C2 from frame to frame: the mean of D^2 over the axes is its character over 5, (1 + 2 cos a + 2 cos 2a)/5."""
    return ((1 + 2 * np.cos(ANGLE) + 2 * np.cos(2 * ANGLE)) / 5) ** TURNS


def brownian(start, diffusivity, rng):
    steps = rng.normal(0, np.sqrt(2 * diffusivity * INTERVAL), (FRAMES - 1, *start.shape))
    return np.concatenate([start[None], start + np.cumsum(steps, axis=0)])


def hopping(shares, edge, copies, count, diffusivity, rng):
    """Ions on the sites of a cubic crystal, each of which hops to one of the nearest sites with a probability p between frames:
    the steps of a site's neighbours add up to 0, so that <r^2> = n p d^2 exactly, D = p d^2/(6 dt)."""
    sites = shares * edge
    images = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]) * edge
    to = (sites[None, :, None] + images - sites[:, None, None]).reshape(len(sites), -1, 3)
    length = np.linalg.norm(to, axis=2)
    near = length[length > 1e-6].min()
    targets = np.array([np.flatnonzero(abs(row - near) < 1e-6) for row in length])
    steps = np.array([to[k][targets[k]] for k in range(len(sites))])
    assert np.allclose(steps.sum(axis=1), 0)
    p = 6 * diffusivity * INTERVAL / near**2
    cells = np.array([[i, j, k] for i in range(copies) for j in range(copies) for k in range(copies)]) * edge
    chosen = rng.choice(len(sites) * len(cells), count, replace=False)
    site, r = chosen % len(sites), sites[chosen % len(sites)] + cells[chosen // len(sites)]
    path = [r]
    for _ in range(FRAMES - 1):
        hops, way = rng.random(count) < p, rng.integers(steps.shape[1], size=count)
        r = r + np.where(hops[:, None], steps[site, way], 0)
        site = np.where(hops, targets[site, way] // len(images), site)
        path.append(r)
    return np.array(path) + rng.normal(0, VIBRATION, (FRAMES, count, 3))


def resting(places, rng):
    return places + rng.normal(0, VIBRATION, (FRAMES, *places.shape))


def turning(count, rng):
    """Matrices [frame][ion]; all begin as in the crystal."""
    now = Rotation.identity(count)
    path = [now.as_matrix()]
    for _ in range(FRAMES - 1):
        for _ in range(TURNS):
            axes = rng.normal(size=(count, 3))
            now = Rotation.from_rotvec(axes * (ANGLE / np.linalg.norm(axes, axis=1))[:, None]) * now
        path.append(now.as_matrix())
    return np.array(path)


class Salt:
    """Elements and unwrapped positions [frame][atom] in a cell with the rows `cell`; atoms of an element stand together."""

    def __init__(self, cell, seed):
        self.cell, self.rng = np.array(cell, float), np.random.default_rng(seed)
        self.elements, self.paths = [], []

    def add(self, element, path):
        self.elements += [element] * path.shape[1]
        self.paths.append(path)

    def add_bodies(self, atoms, centres):
        """Rigid ions, given by an element, a mass and a position for each atom."""
        positions, masses = np.array([a[2] for a in atoms], float), np.array([a[1] for a in atoms])
        body = positions - masses @ positions / masses.sum()
        turns = turning(centres.shape[1], self.rng)
        for (element, _, _), r in zip(atoms, body):
            self.add(element, centres + np.einsum("tnij,j->tni", turns, r))

    def finish(self, diffusivity):
        elements = np.array(self.elements)
        order = np.concatenate([np.flatnonzero(elements == e) for e in dict.fromkeys(self.elements)])
        self.elements = elements[order].tolist()
        self.unwrapped = np.concatenate(self.paths, axis=1)[:, order] + DRIFT * np.arange(FRAMES)[:, None, None]
        shares = self.unwrapped @ np.linalg.inv(self.cell)
        self.images = np.floor(shares).astype(int)
        self.wrapped = (shares - self.images) @ self.cell
        self.diffusivity = diffusivity
        return self


def grid(cell, shares, copies):
    """Places of a crystal and its supercell's vectors."""
    cell = np.array(cell, float)
    shifts = np.array([[i, j, k] for i in range(copies[0]) for j in range(copies[1]) for k in range(copies[2])])
    shares = np.array(shares, float)
    return (shares[None] + shifts[:, None]).reshape(-1, 3) @ cell, cell * np.array(copies)[:, None]


FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
BCC = [[0, 0, 0], [0.5, 0.5, 0.5]]


def tetrahedron(centre, ligand, distance):
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * distance / np.sqrt(3)
    return [(*centre, [0, 0, 0])] + [(*ligand, r) for r in corners]


def argyrodite():
    """Li6PS5Cl, F-43m, a = 9.86: PS4 about 4b, S on 4d, Cl on 4a; Li walks from the places about 4d."""
    a = 9.86 * np.eye(3)
    copies = (2, 1, 1)
    phosphorus, cell = grid(a, np.array(FCC) + 0.5, copies)
    sulphur, _ = grid(a, np.array(FCC) + 0.25, copies)
    chlorine, _ = grid(a, FCC, copies)
    salt = Salt(cell, 1)
    about = np.concatenate([sulphur + 2.4 * s * np.eye(3)[k] for k in range(3) for s in (1, -1)])
    salt.add("Li", brownian(about, 0.3, salt.rng))
    salt.add_bodies(tetrahedron(("P", 30.974), ("S", 32.06), 2.05), resting(phosphorus, salt.rng))
    salt.add("S", resting(sulphur, salt.rng))
    salt.add("Cl", resting(chlorine, salt.rng))
    return salt.finish(0.3)


def thio(centre, mass, distance, edges, seed):
    """Na3PS4 and Na3SbS4: PS4 on a body-centred lattice, Na from the middles of faces and edges."""
    cell = np.diag(edges)
    copies = (2, 2, 1)
    anions, supercell = grid(cell, BCC, copies)
    halves = [[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    sodium, _ = grid(cell, halves, copies)
    salt = Salt(supercell, seed)
    salt.add("Na", brownian(sodium, 0.15, salt.rng))
    salt.add_bodies(tetrahedron((centre, mass), ("S", 32.06), distance), resting(anions, salt.rng))
    return salt.finish(0.15)


def carborane():
    """LiCB11H12, orthorhombic: icosahedra of which one corner is carbon, on a face-centred lattice."""
    t = (1 + np.sqrt(5)) / 2
    corners = [[0, a, b] for a in (-1, 1) for b in (-t, t)]
    corners = np.array(corners + [np.roll(c, 1) for c in corners] + [np.roll(c, 2) for c in corners])
    corners /= np.linalg.norm(corners[0])
    cage = [("C", 12.011, corners[0] * 1.65)] + [("B", 10.81, c * 1.69) for c in corners[1:]]
    cage += [("H", 1.008, corners[0] * 2.75)] + [("H", 1.008, c * 2.87) for c in corners[1:]]
    cell = np.diag([9.6, 9.7, 10.1])
    anions, supercell = grid(cell, FCC, (2, 1, 1))
    lithium, _ = grid(cell, np.array(FCC) + 0.5, (2, 1, 1))
    salt = Salt(supercell, 4)
    salt.add("Li", brownian(lithium, 0.4, salt.rng))
    salt.add_bodies(cage, resting(anions, salt.rng))
    return salt.finish(0.4)


def silver_iodide():
    """Alpha-AgI, a = 5.05: Ag hops among the tetrahedral sites (12d) of the body-centred lattice of I."""
    iodine, cell = grid(5.05 * np.eye(3), BCC, (2, 2, 2))
    sites = [np.roll([x, 0.5, 0], k) for x in (0.25, 0.75) for k in range(3)]
    sites += [np.roll([0.5, x, 0], k) for x in (0.25, 0.75) for k in range(3)]
    salt = Salt(cell, 5)
    salt.add("Ag", hopping(np.array(sites), 5.05, 2, len(iodine), 0.2, salt.rng))
    salt.add("I", resting(iodine, salt.rng))
    return salt.finish(0.2)


def fluorite():
    """CaF2, a = 5.46: F hops on its simple cubic lattice."""
    calcium, cell = grid(5.46 * np.eye(3), FCC, (2, 2, 2))
    sites = np.array([[i, j, k] for i in (0.25, 0.75) for j in (0.25, 0.75) for k in (0.25, 0.75)])
    salt = Salt(cell, 6)
    salt.add("Ca", resting(calcium, salt.rng))
    salt.add("F", hopping(sites, 5.46, 2, 2 * len(calcium), 0.25, salt.rng))
    return salt.finish(0.25)


HYDROXIDE = [("O", 15.999, [0, 0, 0]), ("H", 1.008, [0, 0, 0.97])]
HYDRONIUM = [("O", 15.999, [0, 0, 0])]
HYDRONIUM += [("H", 1.008, r) for r in ([0.94, 0, 0.3], [-0.47, 0.814, 0.3], [-0.47, -0.814, 0.3])]
MONOCLINIC = [[7.0, 0, 0], [0, 7.4, 0], [-1.1, 0, 7.2]]


def hydronium():
    """Ba(OH)(H3O)Cl2 in a monoclinic cell: H3O walks as a whole and turns, OH turns in its place."""
    copies = (2, 2, 2)
    salt = Salt(grid(MONOCLINIC, [[0, 0, 0]], copies)[1], 7)
    places = [grid(MONOCLINIC, [s], copies)[0] for s in ([0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0.75, 0.5, 0.5])]
    salt.add("Ba", resting(places[0], salt.rng))
    salt.add("Cl", resting(np.concatenate([places[3], places[3] - [3.5, 0, 0]]), salt.rng))
    salt.add_bodies(HYDROXIDE, resting(places[1], salt.rng))
    salt.add_bodies(HYDRONIUM, brownian(places[2], 0.2, salt.rng))
    return salt.finish(0.2)


def protons():
    """The same ions in the first frame; then protons walk by themselves and oxygen rests."""
    copies = (2, 2, 2)
    salt = Salt(grid(MONOCLINIC, [[0, 0, 0]], copies)[1], 8)
    barium, hydroxide, oxide = (grid(MONOCLINIC, [s], copies)[0] for s in ([0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5]))
    salt.add("Ba", resting(barium, salt.rng))
    ends = [hydroxide + HYDROXIDE[1][2]] + [oxide + np.array(r) for _, _, r in HYDRONIUM[1:]]
    oxygen = resting(np.concatenate([hydroxide, oxide]), salt.rng)
    oxygen[0] = np.concatenate([hydroxide, oxide])
    salt.add("O", oxygen)
    salt.add("H", brownian(np.concatenate(ends), 0.2, salt.rng))
    return salt.finish(0.2)


SALTS = {
    "Li6PS5Cl": argyrodite,
    "Na3PS4": lambda: thio("P", 30.974, 2.05, [6.99, 6.99, 6.99], 2),
    "Na3SbS4": lambda: thio("Sb", 121.76, 2.33, [7.16, 7.16, 7.29], 3),
    "LiCB11H12": carborane,
    "AgI": silver_iodide,
    "CaF2": fluorite,
    "hydronium": hydronium,
    "protons": protons,
}
