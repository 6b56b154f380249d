"""The energy of a run at constant energy by LAMMPS, from this project's configuration and velocities.

usage: lammps_drift.py FORCEFIELD.json STRUCTURE.extxyz VELOCITIES.txt OUTPUT.json STEPS TIMESTEP_PS INTERVAL RANKS

Velocities in Å/ps, one atom on a line. Writes the time (ps) and the total energy (eV) every INTERVAL steps.
"""
import json
import sys
import tempfile

import numpy as np

from lammps_point import read_extxyz, restricted, run_ranks, topology, write_input


def main():
    steps, interval, ranks = int(sys.argv[5]), int(sys.argv[7]), sys.argv[8]
    ff = json.load(open(sys.argv[1]))
    lattice, elements, positions, ids = read_extxyz(sys.argv[2])
    velocities = np.loadtxt(sys.argv[3])
    turn, box = restricted(lattice)
    types, bonds, angles = topology(ff, elements, positions, ids)
    # Tabulated Coulomb, LAMMPS's default: a run of this length takes twice the time without.
    tail = (f"pair_modify table 12\ntimestep {sys.argv[6]}\nfix 1 all nve\nthermo {interval}\n"
            "thermo_style custom step etotal\nthermo_modify format float %20.12f norm no\n"
            f"run {steps}\n")
    with tempfile.TemporaryDirectory() as folder:
        # The mesh as this project's runs have it, not the converged sum that single points take.
        write_input(folder, ff, box, positions @ turn, types, ids, bonds, angles, tail,
                    accuracy=1e-5, kspace="pppm")
        with open(f"{folder}/data", "a") as f:
            f.write("\nVelocities\n\n")
            for atom, v in enumerate(velocities @ turn):
                f.write(f"{atom + 1} " + " ".join(f"{x:.14g}" for x in v) + "\n")
        run_ranks(folder, ranks)
        rows = []
        for line in open(f"{folder}/log"):
            fields = line.split()
            if len(fields) == 2 and fields[0].isdigit() and "." in fields[1]:
                rows.append((int(fields[0]), float(fields[1])))
    assert len(rows) == steps // interval + 1, len(rows)
    json.dump({"time_ps": [r[0] * float(sys.argv[6]) for r in rows], "energy_eV": [r[1] for r in rows]},
              open(sys.argv[4], "w"))


if __name__ == "__main__":
    main()
