"""Sets a run of this project beside one of LAMMPS, or another of this project: volume, pressure, temperature, radial distributions and the
anions' orientation autocorrelation, each with the error that ten blocks give.

usage: compare_runs.py RUN_DIRECTORY LAMMPS.npz|RUN_DIRECTORY [--correlation ANION,CENTRE,END] [--json]

RUN_DIRECTORY holds rank-*.h5 with every atom in the group `all`, at the same interval as LAMMPS's frames.
--correlation takes a molecule's number of atoms and the indices of two of its atoms, whose distance vector is the
orientation: 24,0,3 for B12H12's two opposite boron atoms.
"""
import argparse
import glob
import itertools
import json

import h5py
import numpy as np

from lammps_point import read_extxyz

BLOCKS = 10


def read_run(folder):
    files = sorted(glob.glob(f"{folder}/rank-????.h5"))
    positions, ids, species = [], [], []
    for path in files:
        with h5py.File(path) as f:
            group = f["particles/all"]
            positions.append(group["position/value"][:])
            time = group["position/time"][:]
            species.append(group["species"][:])
            ids.append(group["id"][:] if "value" not in group["id"] else group["id/value"][0])
            edges = group["box/edges"]
            cells = edges["value"][:] if isinstance(edges, h5py.Group) else np.repeat(
                edges[:][None], len(time), axis=0)
            names = h5py.check_enum_dtype(group["species"].dtype)
    with h5py.File(files[0]) as f:
        observables = {k: f[f"observables/{k}/value"][:] for k in ("temperature", "pressure", "volume",
                                                                    "conserved_energy")}
        observables["time"] = f["observables/volume/time"][:]
    order = np.argsort(np.concatenate([np.atleast_1d(i) for i in ids]))
    kinds = {v: k for k, v in names.items()} if names else None
    elements = np.concatenate(species)
    elements = np.array([kinds[e] for e in elements]) if kinds else elements
    return np.concatenate(positions, axis=1)[:, order], cells, elements[order], time, observables


def blocked(values):
    """Mean and standard error over blocks."""
    values = np.asarray(values)
    n = len(values) // BLOCKS * BLOCKS
    means = values[:n].reshape(BLOCKS, -1, *values.shape[1:]).mean(axis=1)
    return means.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(BLOCKS)


def distributions(positions, cells, elements, width=0.1):
    """g(r) of every pair of elements, frame by frame, averaged in blocks: {pair: (mean, error)}, and r."""
    heights = [1 / np.linalg.norm(np.linalg.inv(c), axis=0) for c in cells]
    largest = np.min(heights) / 2
    edges = np.arange(0, largest, width)
    shell = 4 / 3 * np.pi * np.diff(edges**3)
    pairs = list(itertools.combinations_with_replacement(sorted(set(elements)), 2))
    frames = {p: [] for p in pairs}
    members = {e: np.flatnonzero(elements == e) for e in set(elements)}
    for r, cell in zip(positions, cells):
        fractional = r @ np.linalg.inv(cell)
        volume = abs(np.linalg.det(cell))
        for a, b in pairs:
            d = fractional[members[a]][:, None] - fractional[members[b]][None]
            d -= np.round(d)
            distance = np.linalg.norm(d @ cell, axis=2)
            if a == b:
                distance = distance[np.triu_indices(len(distance), 1)]
            counts = np.histogram(distance, edges)[0]
            ideal = len(members[a]) * len(members[b]) / volume * shell * (0.5 if a == b else 1)
            frames[a, b].append(counts / ideal)
    return 0.5 * (edges[1:] + edges[:-1]), {p: blocked(f) for p, f in frames.items()}


def correlation(positions, molecules, size, first, last, count=40):
    """First-rank autocorrelation of the vector between two atoms of every molecule of `size` atoms."""
    starts = [m[0] for m in molecules if len(m) == size]
    u = positions[:, np.array(starts) + last] - positions[:, np.array(starts) + first]
    u = u / np.linalg.norm(u, axis=2, keepdims=True)
    lags = np.unique(np.geomspace(1, len(u) // BLOCKS, count).astype(int))
    out = [blocked((u[lag:] * u[:-lag]).sum(axis=2).mean(axis=1)) for lag in lags]
    return lags, np.array(out)


def like_peer(folder):
    """A run of this project in the form of LAMMPS's."""
    positions, cells, elements, _, seen = read_run(folder)
    pressure = seen["pressure"]
    thermo = np.column_stack([seen["temperature"], seen["volume"]] + [pressure[:, k, k] for k in range(3)])
    return {"positions": positions, "cells": cells, "elements": elements, "thermo": thermo}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run")
    parser.add_argument("lammps")
    parser.add_argument("--correlation")
    parser.add_argument("--molecules", help="an extXYZ file with mol_id, where the other run is no LAMMPS run")
    parser.add_argument("--json", action="store_true")
    a = parser.parse_args()
    positions, cells, elements, time, seen = read_run(a.run)
    peer = np.load(a.lammps) if a.lammps.endswith(".npz") else like_peer(a.lammps)
    assert list(peer["elements"]) == list(elements)
    result = {}

    def compare(name, ours, theirs):
        (m, e), (n, f) = blocked(ours), blocked(theirs)
        result[name] = {"ours": float(m), "error": float(e), "lammps": float(n), "lammps_error": float(f),
                        # A cell that does not change has no error, and rounding is no difference.
                        "sigma": float((m - n) / np.hypot(e, f)) if abs(m - n) > 1e-9 * abs(m) else 0.0}

    thermo = peer["thermo"]
    compare("temperature_K", seen["temperature"], thermo[:, 0])
    compare("volume_A3", seen["volume"], thermo[:, 1])
    compare("pressure_GPa", np.trace(seen["pressure"], axis1=1, axis2=2) / 3, thermo[:, 2:5].mean(axis=1))
    lengths = np.linalg.norm(cells, axis=2)
    other = np.linalg.norm(peer["cells"], axis=2)
    for k, name in enumerate("abc"):
        compare(f"{name}_A", lengths[:, k], other[:, k])
    r, mine = distributions(positions, cells, elements)
    s, theirs = distributions(peer["positions"], peer["cells"], elements)
    n = min(len(r), len(s))
    off, bins, worst = 0, 0, 0.0
    for pair in mine:
        (m, e), (p, f) = ((x[:n] for x in side[pair]) for side in (mine, theirs))
        # A bin that hardly any pair enters has no error to speak of.
        used = (m + p) > 0.02
        sigma = np.abs(m - p)[used] / np.maximum(np.hypot(e, f)[used], 1e-3)
        off += int((sigma > 3).sum())
        bins += int(used.sum())
        worst = max(worst, float(sigma.max(initial=0)))
    result["g(r)"] = {"bins": bins, "beyond_three_errors": off, "largest_sigma": worst}
    if a.correlation:
        size, first, last = map(int, a.correlation.split(","))
        ids = np.array(read_extxyz(a.molecules)[3]) if a.molecules else peer["molecules"]
        molecules = [np.flatnonzero(ids == m) for m in np.unique(ids)]
        lags, c = correlation(positions, molecules, size, first, last)
        _, d = correlation(peer["positions"], molecules, size, first, last)
        k = min(len(c), len(d))
        sigma = np.abs(c[:k, 0] - d[:k, 0]) / np.hypot(c[:k, 1], d[:k, 1])
        result["C(t)"] = {"lags": k, "beyond_three_errors": int((sigma > 3).sum()),
                          "largest_sigma": float(sigma.max())}
    if a.json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        print(f"{name:14}", "  ".join(f"{k} {v:.6g}" for k, v in row.items()))


if __name__ == "__main__":
    main()
