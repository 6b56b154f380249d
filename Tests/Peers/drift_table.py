"""The drift of the conserved quantity of every integrator, here and in LAMMPS, as a table for docs/validation.md.

usage: drift_table.py RANK_CHECK FORCEFIELD.json STRUCTURE.extxyz [--ps 50] [--only NAME,…] [--cache FOLDER]

Both programs run the same cell at 600 K, real-space cut-off 9 Å and a mesh for 1e-5. The slope is that of a line
through ten block means, its error that of the line; both per atom, of the last nine tenths of the run.
"""
import argparse
import json
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
NHC, LANGEVIN = "nhc,600,0.1", "langevin,600,10,5"
# name, what moves, this project's integrator, step fs, LAMMPS's fix, LAMMPS rigid
CASES = [
    ("NVE", "", "nve", 1, "nve", False),
    ("NVE, 0.5 fs", "", "nve", 0.5, None, False),
    ("NVT, Nosé–Hoover chain", "", NHC, 1, "nvt temp 600 600 0.1", False),
    ("NVT, Langevin 10/ps", "", LANGEVIN, 1, None, False),
    ("NPT, MTK isotropic", "", NHC + "+mtk,isotropic,0,1", 1, "npt temp 600 600 0.1 iso 0 0 1", False),
    ("NPT, MTK orthorhombic", "", NHC + "+mtk,orthorhombic,0,1", 1, "npt temp 600 600 0.1 aniso 0 0 1", False),
    ("NPT, MTK full", "", NHC + "+mtk,full,0,1", 1, None, False),
    ("NPT, Parrinello–Rahman + Langevin, 0.5 fs", "", LANGEVIN + "+pr,full,0,1000,10,7", 0.5, None, False),
    ("RESPA 1/2 fs, NVE", "", "nve*2", 2, None, False),
    ("RESPA 1/3 fs, NVE", "", "nve*3", 3, None, False),
    ("RESPA 1/4 fs, NVE", "", "nve*4", 4, None, False),
    ("RESPA 1/5 fs, NVE", "", "nve*5", 5, None, False),
    ("RESPA 1/3 fs, NPT MTK isotropic", "", NHC + "+mtk,isotropic,0,1*3", 3, None, False),
    ("rigid B12H12, NVE, 1 fs", "hold=B12H12:rigid", "nve", 1, "nve", True),
    ("rigid B12H12, NVE, 4 fs", "hold=B12H12:rigid", "nve", 4, "nve", True),
    ("rigid B12H12, NVT, 4 fs", "hold=B12H12:rigid", NHC, 4, None, False),
    ("rigid B12H12, NPT MTK full, 4 fs", "hold=B12H12:rigid", NHC + "+mtk,full,0,1", 4, None, False),
    ("B12H12 not turning, NVE", "hold=B12H12:rotationFixed", "nve", 1, None, False),
    ("B12H12 fixed, NVT", "hold=B12H12:frozen", NHC, 1, None, False),
    ("Na fixed, NPT MTK isotropic", "hold=Na:frozen", NHC + "+mtk,isotropic,0,1", 1, None, False),
]


def slope(time, energy, atoms):
    keep = time > 0.1 * time[-1]
    t, e = time[keep], energy[keep] / atoms
    n = len(t) // 10 * 10
    t, e = (x[:n].reshape(10, -1).mean(axis=1) for x in (t, e))
    (a, b), covariance = np.polyfit(t, e, 1, cov=True)
    return a, np.sqrt(covariance[0, 0])


def main():
    parser = argparse.ArgumentParser()
    for name in ("check", "forcefield", "structure"):
        parser.add_argument(name)
    parser.add_argument("--ps", type=float, default=50)
    parser.add_argument("--only")
    parser.add_argument("--cache", default="drift")
    a = parser.parse_args()
    os.makedirs(a.cache, exist_ok=True)
    print("| integrator | drift, eV/atom/ps | LAMMPS | mean T, K |\n|---|---|---|---|", flush=True)
    for number, (name, hold, integrator, step, fix, rigid) in enumerate(CASES):
        if a.only and name not in a.only.split(";"):
            continue
        steps = int(a.ps * 1000 / step)
        interval = max(1, round(20 / step))
        path = f"{a.cache}/{number}.json"
        if not os.path.exists(path):
            # A thermostat brings the cell to 600 K first, so that every run begins in equilibrium.
            done = subprocess.run([a.check, f"structure={a.structure}", "accuracy=1e-5"] + ([hold] if hold else [])
                           + ["velocities=600:3", f"run={LANGEVIN}:2000:1",
                              f"run={integrator}:{steps}:{step}:{interval}", f"output={path}.part"])
            if done.returncode != 0:
                print(f"| {name} | comes apart | – | – |", flush=True)
                continue
            os.rename(path + ".part", path)
        found = json.load(open(path))
        series = found["series"]
        ours = slope(np.array(series["time_ps"]), np.array(series["conserved_eV"]), len(found["positions"]) // 3)
        cells = [name, f"{ours[0]:+.1e} ± {ours[1]:.1e}", "–", f"{np.mean(series['temperature_K']):.0f}"]
        if fix:
            peer = f"{a.cache}/{number}.npz"
            if not os.path.exists(peer):
                subprocess.run([sys.executable, f"{HERE}/lammps_run.py", a.forcefield, a.structure, peer, "--fix", fix,
                                "--temperature", "1200" if "NVE" in name else "600", "--timestep-fs", str(step),
                                "--equilibrate", "2000", "--steps", str(steps), "--interval", str(interval), "--frames", str(steps),
                                "--accuracy", "1e-5"] + (["--rigid"] if rigid else []), check=True)
            data = np.load(peer)
            theirs = slope(data["time_ps"], data["thermo"][:, 8], len(data["elements"]))
            cells[2] = f"{theirs[0]:+.1e} ± {theirs[1]:.1e}"
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
