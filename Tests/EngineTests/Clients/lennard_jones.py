"""A potential for i-PI's own driver (i-pi-py_driver -m custom -P FILE -o EPSILON,SIGMA,CUTOFF): Lennard-Jones, hartree and bohr."""
import itertools

import numpy as np
from ipi.pes.dummy import Dummy_driver

__DRIVER_NAME__ = "lennard_jones"
__DRIVER_CLASS__ = "LennardJones"


class LennardJones(Dummy_driver):
    def __init__(self, epsilon, sigma, cutoff, *args, **kwargs):
        self.epsilon, self.sigma, self.cutoff = epsilon, sigma, cutoff
        super().__init__(*args, **kwargs)

    def compute_structure(self, cell, pos):
        r = pos.reshape(-1, 3)
        energy, forces, virial = 0.0, np.zeros_like(r), np.zeros((3, 3))
        for image in itertools.product(range(-2, 3), repeat=3):
            # The lattice vectors are the columns of the cell.
            d = r[None, :, :] + cell @ np.array(image) - r[:, None, :]
            square = (d * d).sum(-1)
            near = (square > 1e-12) & (square < self.cutoff ** 2)
            x = np.where(near, self.sigma ** 2 / np.where(near, square, 1), 0) ** 3
            energy += 2 * self.epsilon * (x * x - x).sum()
            f = np.where(near, 24 * self.epsilon * (2 * x * x - x) / np.where(near, square, 1), 0)[:, :, None] * d
            forces -= f.sum(1)
            virial += 0.5 * np.einsum("ija,ijb->ab", d, f)
        return energy, forces.reshape(pos.shape), virial, "lj"
