"""A run by LAMMPS with this project's parameter file, from a configuration: thermodynamics and positions.

usage: lammps_run.py FORCEFIELD.json STRUCTURE.extxyz OUTPUT.npz --fix "nvt temp 600 600 0.1" --temperature 600
                     --timestep-fs 1 --equilibrate STEPS --steps STEPS --interval STEPS [--ranks N] [--seed N]
                     [--frames STEPS] [--rigid] [--summary FILE.json] [--dump FILE]

--dump keeps a dump as users write them: wrapped with images, in LAMMPS's order, with its units and times.
--fix is the text behind "fix 1 all"; with --rigid, nve or nvt, also behind "rigid/…/small molecule" for the
anions. The output
holds time_ps, thermo (columns: temperature K, volume Å³, pressure GPa xx yy zz xy xz yz, conserved eV),
positions (frame, atom, 3; unwrapped, Å), cells (frame, 3, 3) and elements, in LAMMPS's own frame.
"""
import argparse
import json
import shutil
import tempfile

import numpy as np

from lammps_point import read_extxyz, restricted, run_ranks, topology, write_input


def read_dump(path, count):
    positions, cells = [], []
    with open(path) as f:
        while f.readline():
            for _ in range(4):
                header = f.readline()
            bounds = [[float(x) for x in f.readline().split()] for _ in range(3)]
            f.readline()
            tilt = [b[2] if len(b) > 2 else 0.0 for b in bounds]
            xy, xz, yz = tilt
            low = [bounds[0][0] - min(0, xy, xz, xy + xz), bounds[1][0] - min(0, yz), bounds[2][0]]
            high = [bounds[0][1] - max(0, xy, xz, xy + xz), bounds[1][1] - max(0, yz), bounds[2][1]]
            lx, ly, lz = (h - l for h, l in zip(high, low))
            cells.append([[lx, 0, 0], [xy, ly, 0], [xz, yz, lz]])
            positions.append(np.loadtxt([f.readline() for _ in range(count)]))
    return np.array(positions, dtype=np.float32), np.array(cells)


def dump_command(a, ff, types):
    elements = " ".join(ff["types"][name]["element"] for name in sorted(set(types)))
    return (f"dump k all custom {a.frames or a.interval} kept id element x y z ix iy iz\n"
            f"dump_modify k element {elements} units yes time yes format float %.6f\n")


def main():
    parser = argparse.ArgumentParser()
    for name in ("forcefield", "structure", "output"):
        parser.add_argument(name)
    parser.add_argument("--fix", required=True)
    for name in ("temperature", "timestep-fs"):
        parser.add_argument(f"--{name}", type=float, required=True)
    for name in ("equilibrate", "steps", "interval"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--ranks", default="1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accuracy", type=float, default=1e-4)
    parser.add_argument("--frames", type=int, help="steps between frames of positions; the interval by itself")
    parser.add_argument("--rigid", action="store_true")
    parser.add_argument("--summary", help="a JSON file for the mean volume and its error from ten blocks")
    parser.add_argument("--dump", help="where to keep a dump for an import")
    a = parser.parse_args()
    ff = json.load(open(a.forcefield))
    lattice, elements, positions, ids = read_extxyz(a.structure)
    turn, box = restricted(lattice)
    types, bonds, angles = topology(ff, elements, positions, ids)
    sizes = np.bincount(ids)
    lone = [i + 1 for i, m in enumerate(ids) if sizes[m] == 1]
    seed = a.seed * 7919 + 11
    if a.rigid:
        fix, *rest = a.fix.split(" ", 1)
        motion = (f"group lone id {' '.join(map(str, lone))}\ngroup bodies subtract all lone\n"
                  f"fix 1 bodies rigid/{fix}/small molecule {rest[0] if rest else ''}\n"
                  f"fix 2 lone {a.fix}\n")
    else:
        motion = f"fix 1 all {a.fix}\n"
    if " tri " in a.fix:
        # PPPM wants to be told anew once the box may tilt.
        motion = f"kspace_style pppm {a.accuracy}\n" + motion
    tail = (f"pair_modify table 12\ntimestep {a.timestep_fs / 1000}\n"
            f"velocity all create {a.temperature} {seed} mom yes\n{motion}run {a.equilibrate}\n"
            "reset_timestep 0\n"
            f"thermo {a.interval}\nthermo_style custom step temp vol pxx pyy pzz pxy pxz pyz econserve\n"
            "thermo_modify format float %20.12f norm no\n"
            f"dump d all custom {a.frames or a.interval} dump xu yu zu\ndump_modify d sort id format float %.5f\n"
            + (dump_command(a, ff, types) if a.dump else "") + f"run {a.steps}\n")
    with tempfile.TemporaryDirectory() as folder:
        write_input(folder, ff, box, positions @ turn, types, ids, bonds, angles, tail,
                    accuracy=a.accuracy, kspace="pppm", is_triclinic=" tri " in a.fix)
        run_ranks(folder, a.ranks)
        if a.dump:
            shutil.copy(f"{folder}/kept", a.dump)
        rows = []
        for line in open(f"{folder}/log"):
            fields = line.split()
            if len(fields) == 10 and fields[0].isdigit() and "." in fields[1]:
                rows.append([float(x) for x in fields])
        rows = np.array(rows)
        frames, cells = read_dump(f"{folder}/dump", len(elements))
    thermo = rows[:, 1:].copy()
    thermo[:, 2:8] *= 1e-4
    if a.summary:
        blocks = thermo[:len(thermo) // 10 * 10, 1].reshape(10, -1).mean(axis=1)
        json.dump({"volume_A3": blocks.mean(), "error_A3": blocks.std(ddof=1) / 10**0.5}, open(a.summary, "w"))
    np.savez(a.output, time_ps=rows[:, 0] * a.timestep_fs / 1000, thermo=thermo, positions=frames, cells=cells,
             elements=np.array(elements), molecules=np.array(ids))


if __name__ == "__main__":
    main()
