"""Shows that the inputs which LAMMPS is timed with are the physics that they stand for.

The benchmark drops the dummy bonds once their list of excluded pairs is built, and for rigid anions leaves out the
forces inside them altogether. Neither may change what moves the atoms, nor the anions.
"""
import os
import re

import numpy as np

from commands import BenchError
from lammps import system
from lammps_data import read_extxyz, write

DUMP = "dump d all custom 1 forces id fx fy fz\ndump_modify d sort id format float %20.15g\nrun 0\n"


def forces(lammps, data, coefficients, is_rigid, removes):
    """Forces, excluded neighbours per atom while it ran, and bonds that were computed."""
    # The mesh far finer than timed: what it leaves of the forces inside an anion is no internal force.
    log = lammps.run(system(data, coefficients, is_rigid, 1.0, 1e-7, removes) + DUMP, 1)
    excluded = float(re.findall(r"^Ave special neighs/atom = (\S+)", log, re.MULTILINE)[-1])
    bonds = int((re.findall(r"^ *(\d+) total bonds", log, re.MULTILINE)
                 or re.findall(r"^ *(\d+) bonds$", log, re.MULTILINE))[-1])
    return np.loadtxt(os.path.join(lammps.folder, "forces"), skiprows=9)[:, 1:], excluded, bonds


def net(values, positions, ids):
    """Force and torque about its centroid of every molecule with more than one atom."""
    result = []
    for molecule in np.flatnonzero(np.bincount(ids) > 1):
        of = np.asarray(ids) == molecule
        arms = positions[of] - positions[of].mean(axis=0)
        result.append(np.concatenate([values[of].sum(axis=0), np.cross(arms, values[of]).sum(axis=0)]))
    return np.array(result)


def check(start, lammps, forcefield):
    """Lines that say what was found; an error where the inputs differ."""
    data, coefficients = write(start, forcefield)
    kept, excluded, all_bonds = forces(lammps, data, coefficients, False, removes=False)
    dropped, still, bonds = forces(lammps, data, coefficients, False, removes=True)
    rigid, none, no_bonds = forces(lammps, data, coefficients, True, removes=False)
    _, _, positions, ids = read_extxyz(start.structure)
    rms = np.sqrt((kept**2).mean())
    change = np.abs(dropped - kept).max() / rms
    outer, inner = net(kept, positions, ids), net(rigid, positions, ids)
    body = np.abs(inner - outer).max(axis=0) / np.sqrt((outer**2).mean(axis=0))
    lone = np.bincount(ids)[ids] == 1
    alone = np.abs((rigid - kept)[lone]).max() / rms
    inside = np.abs((rigid - kept)[~lone]).max() / rms
    found = [
        f"bonds that LAMMPS computes: {all_bonds} with the dummies, {bonds} without, {no_bonds} for rigid anions",
        f"excluded neighbours per atom: {excluded:g} with the dummies, {still:g} without, {none:g} for rigid anions",
        f"forces with and without the dummies differ by at most {change:.1e} of the r.m.s. force",
        "rigid anions without inner forces: net force and torque on an anion differ by at most "
        f"{body[:3].max():.1e} and {body[3:].max():.1e} of their r.m.s., forces on lone atoms by {alone:.1e} "
        f"(and those inside the anions, which do nothing, by {inside:.1e})",
    ]
    # Sums in another order are good to 1e-10.
    is_same = still == excluded and max(change, alone, body.max()) < 1e-10
    if not (is_same and no_bonds == none == 0 and bonds < all_bonds):
        raise BenchError("the inputs for LAMMPS are not the same physics:\n" + "\n".join(found))
    return found
