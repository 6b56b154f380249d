"""A configuration as a data file of LAMMPS, with velocities.

Every pair of atoms inside an anion is bonded, most of them with no strength, so that LAMMPS lists it as special
and leaves it out of both the cut-off and the k-space part.
"""
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "Tests", "Peers"))
from lammps_point import read_extxyz, restricted, topology, write_input  # noqa: E402


def write(start, forcefield):
    """The path of the data file and the lines of input that go with it: coefficients, and a group `lone` of what
    is in no anion. Both are kept beside the start."""
    base = start.structure.removesuffix(".extxyz")
    data, coefficients = base + ".data", base + ".coefficients"
    if not (os.path.exists(data) and os.path.exists(coefficients)):
        with tempfile.TemporaryDirectory(dir=os.path.dirname(data)) as folder:
            lines = _write(folder, start, forcefield)
            with open(f"{folder}/coefficients", "w") as f:
                f.writelines(lines)
            os.replace(f"{folder}/coefficients", coefficients)
            os.replace(f"{folder}/data", data)
    with open(coefficients) as f:
        return data, f.read()


def _write(folder, start, forcefield):
    with open(forcefield) as f:
        ff = json.load(f)
    lattice, elements, positions, ids = read_extxyz(start.structure)
    turn, box = restricted(lattice)
    types, bonds, angles = topology(ff, elements, positions, ids)
    write_input(folder, ff, box, positions @ turn, types, ids, bonds, angles, "")
    velocities = np.loadtxt(start.velocities) @ turn
    with open(f"{folder}/data", "a") as f:
        f.write("\nVelocities\n\n")
        f.writelines(f"{n + 1} {x:.10g} {y:.10g} {z:.10g}\n" for n, (x, y, z) in enumerate(velocities))
    with open(f"{folder}/in") as f:
        lines = [line for line in f if line.startswith(("pair_coeff", "bond_coeff", "angle_coeff"))]
    # As write_input numbers the types.
    sizes, names = np.bincount(ids), sorted(set(types))
    lone = sorted({names.index(t) + 1 for t, molecule in zip(types, ids) if sizes[molecule] == 1})
    return lines + ["group lone type " + " ".join(map(str, lone)) + "\n"]


def dummy_bond(coefficients):
    """The number of the type of bond that has no strength: the last."""
    return max(int(line.split()[1]) for line in coefficients.splitlines() if line.startswith("bond_coeff"))
