"""Energy, forces and pressure of one configuration by LAMMPS with this project's parameter file.

usage: lammps_point.py FORCEFIELD.json STRUCTURE.extxyz OUTPUT.json [--run STEPS TIMESTEP_PS SEED TEMPERATURE_K]

Writes its own LAMMPS input: every pair inside a molecule is bonded (most of them with no strength), so that
LAMMPS leaves it out of both the cut-off and the k-space part. The cell is turned into LAMMPS's restricted
triclinic frame and the results are turned back.
"""
import itertools
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np


def read_extxyz(path):
    with open(path) as f:
        count = int(f.readline())
        header = f.readline()
        lattice = np.array(header.split('Lattice="')[1].split('"')[0].split(), float).reshape(3, 3)
        rows = [f.readline().split() for _ in range(count)]
    return lattice, [r[0] for r in rows], np.array([r[1:4] for r in rows], float), [int(r[4]) for r in rows]


def restricted(lattice):
    """Rotation R with lattice @ R lower triangular."""
    q, r = np.linalg.qr(lattice.T)
    sign = np.diag(np.sign(np.diag(r)))
    q, r = q @ sign, sign @ r
    return q, r.T


def molecules(ids):
    groups = {}
    for atom, molecule in enumerate(ids):
        groups.setdefault(molecule, []).append(atom)
    return list(groups.values())


def topology(ff, elements, positions, ids):
    types = [None] * len(elements)
    bonds, angles = [], []
    for members in molecules(ids):
        count = {}
        for a in members:
            count[elements[a]] = count.get(elements[a], 0) + 1
        kind = next(k for k, m in ff["molecules"].items() if m["elements"] == count)
        for a in members:
            types[a] = ff["molecules"][kind]["types"][elements[a]]
        named, used = {}, set()
        for term, bond in enumerate(ff["bonds"]):
            if bond["molecule"] != kind:
                continue
            pairs = [p for p in itertools.combinations(members, 2)
                     if sorted((types[p[0]], types[p[1]])) == sorted(bond["types"])]
            pairs.sort(key=lambda p: np.linalg.norm(positions[p[0]] - positions[p[1]]))
            named[bond["name"]] = pairs[bond["first"] - 1:bond["last"]]
            for p in named[bond["name"]]:
                bonds.append((term + 1, *p))
                used.add(p)
        for p in itertools.combinations(members, 2):
            if p not in used:
                bonds.append((len(ff["bonds"]) + 1, *p))
        for term, angle in enumerate(ff["angles"]):
            if angle["molecule"] != kind:
                continue
            first, second = (named[b] for b in angle["bonds"])
            found = set()
            for u, v in itertools.product(first, second):
                for (i, j), (l, k) in itertools.product((u, u[::-1]), (v, v[::-1])):
                    if j == l and i != k:
                        found.add((min(i, k), j, max(i, k)))
            assert len(found) == angle["count"], (kind, angle["name"], len(found))
            angles += [(term + 1, *f) for f in sorted(found)]
    return types, bonds, angles


def write_input(folder, ff, lattice, positions, types, ids, bonds, angles, tail, accuracy=1e-9, kspace="ewald",
                is_triclinic=False):
    names = sorted(set(types))
    lx, ly, lz = lattice[0, 0], lattice[1, 1], lattice[2, 2]
    xy, xz, yz = lattice[1, 0], lattice[2, 0], lattice[2, 1]
    with open(f"{folder}/data", "w") as f:
        f.write(f"generated\n\n{len(types)} atoms\n{len(bonds)} bonds\n{len(angles)} angles\n")
        f.write(f"{len(names)} atom types\n{len(ff['bonds']) + 1} bond types\n{len(ff['angles'])} angle types\n\n")
        f.write(f"0 {lx:.14g} xlo xhi\n0 {ly:.14g} ylo yhi\n0 {lz:.14g} zlo zhi\n")
        if is_triclinic or max(abs(xy), abs(xz), abs(yz)) > 1e-12:
            f.write(f"{xy:.14g} {xz:.14g} {yz:.14g} xy xz yz\n")
        f.write("\n40 extra special per atom\n\nMasses\n\n")
        for n, name in enumerate(names):
            f.write(f"{n + 1} {ff['types'][name]['mass_amu']}\n")
        f.write("\nAtoms # full\n\n")
        inverse = np.linalg.inv(lattice)
        for a, (t, r) in enumerate(zip(types, positions)):
            image = np.floor(r @ inverse)
            w = r - image @ lattice
            f.write(f"{a + 1} {ids[a] + 1} {names.index(t) + 1} {ff['types'][t]['charge_e']:.14g} "
                    + " ".join(f"{x:.14g}" for x in w) + " " + " ".join(str(int(i)) for i in image) + "\n")
        f.write("\nBonds\n\n")
        for n, b in enumerate(bonds):
            f.write(f"{n + 1} {b[0]} {b[1] + 1} {b[2] + 1}\n")
        if angles:
            f.write("\nAngles\n\n")
            for n, b in enumerate(angles):
                f.write(f"{n + 1} {b[0]} {b[1] + 1} {b[2] + 1} {b[3] + 1}\n")
    with open(f"{folder}/in", "w") as f:
        f.write("units metal\natom_style full\nbond_style harmonic\nangle_style harmonic\n"
                "special_bonds lj/coul 0.0 0.0 0.0\nbox tilt large\n"
                f"pair_style buck/coul/long {ff['short_range_cutoff_A']}\nkspace_style {kspace} {accuracy}\n"
                "read_data data\n")
        for i, j in itertools.combinations_with_replacement(range(len(names)), 2):
            p = next(p for p in ff["pairs"] if sorted(p["types"]) == sorted((names[i], names[j])))
            f.write(f"pair_coeff {i + 1} {j + 1} {p['A_eV']} {p['rho_A']} {p['C_eVA6']}\n")
        for n, b in enumerate(ff["bonds"]):
            f.write(f"bond_coeff {n + 1} {b['k_eV_per_A2']} {b['r0_A']}\n")
        f.write(f"bond_coeff {len(ff['bonds']) + 1} 0.0 1.0\n")
        for n, b in enumerate(ff["angles"]):
            f.write(f"angle_coeff {n + 1} {b['k_eV_per_rad2']} {math.degrees(b['theta0_rad']):.12f}\n")
        # table 0: LAMMPS's tabulated Coulomb is good to 1e-5 only; shift: as this project ends the short range.
        f.write("pair_modify table 0 shift yes\nneighbor 1.0 bin\ncomm_modify cutoff 14.0\n"
                "neigh_modify every 1 delay 0 check yes\n" + tail)


def run(folder):
    lmp = os.environ.get("PADDLEWHEEL_LAMMPS", "lmp")
    done = subprocess.run([lmp, "-in", "in", "-log", "log", "-screen", "none"], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"LAMMPS failed: {open(folder + '/log').read()[-2000:]}")


def run_ranks(folder, ranks):
    """LAMMPS under mpirun, for runs."""
    lmp = shutil.which(os.environ.get("PADDLEWHEEL_LAMMPS", "lmp"))
    done = subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-np", str(ranks), lmp, "-in", "in",
                           "-log", "log", "-screen", "none"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"LAMMPS failed: {done.stderr} {open(folder + '/log').read()[-2000:]}")


def main():
    ff = json.load(open(sys.argv[1]))
    lattice, elements, positions, ids = read_extxyz(sys.argv[2])
    turn, box = restricted(lattice)
    turned = positions @ turn
    types, bonds, angles = topology(ff, elements, positions, ids)
    with tempfile.TemporaryDirectory() as folder:
        write_input(folder, ff, box, turned, types, ids, bonds, angles,
                    "thermo_style custom pe evdwl ecoul elong ebond eangle pxx pyy pzz pxy pxz pyz\n"
                    "thermo_modify format float %20.15g norm no\n"
                    "dump d all custom 1 forces id fx fy fz\n"
                    "dump_modify d sort id format float %20.15g\nrun 0\n")
        run(folder)
        lines = open(f"{folder}/log").read().split("\n")
        at = next(i for i, l in enumerate(lines) if l.split()[:1] == ["PotEng"])
        pe, *_, xx, yy, zz, xy, xz, yz = map(float, lines[at + 1].split())
        forces = np.loadtxt(f"{folder}/forces", skiprows=9)[:, 1:]
    pressure = turn @ np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) @ turn.T * 1e-4
    json.dump({"energy_eV": pe, "forces_eV_A": (forces @ turn.T).tolist(), "pressure_GPa": pressure.tolist()},
              open(sys.argv[3], "w"))


if __name__ == "__main__":
    main()
