"""Compares the rank files of one run directory with those of another, dataset by dataset, by h5py.

compare_records.py A B                       every dataset, bit for bit
compare_records.py A B --exact-to STEP --near-to STEP --tolerance ANGSTROM
    particles only: equal bit for bit up to one step, positions within a tolerance up to the other

What tells attempts apart (/paddlewheel/attempts, /paddlewheel/frame_counts) is left out. Prints JSON:
files, datasets (how many were compared), differences, largest (Å, of those within the tolerance).
"""

import argparse
import glob
import json
import os

import h5py
import numpy as np


def datasets(path):
    found = {}

    def visit(name, item):
        left_out = name.startswith(("paddlewheel/attempts", "paddlewheel/frame_counts"))
        if isinstance(item, h5py.Dataset) and not left_out:
            found[name] = item[...]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def bits(values):
    return values.tolist() if values.dtype.hasobject else values.tobytes()


def particle_values(path):
    """(group, steps, values) of each record of positions and orientations."""
    with h5py.File(path, "r") as file:
        for group in sorted(file.get("particles", {})):
            for kind in ("position", "orientation"):
                where = f"particles/{group}/{kind}"
                if where in file:
                    yield where, file[where]["step"][...], file[where]["value"][...]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--exact-to", type=int)
    parser.add_argument("--near-to", type=int)
    parser.add_argument("--tolerance", type=float)
    options = parser.parse_args()

    names = [sorted(map(os.path.basename, glob.glob(d + "/rank-*.h5"))) for d in (options.a, options.b)]
    differences = [] if names[0] == names[1] else [f"files: {names[0]} and {names[1]}"]
    count, largest = 0, 0.0
    for name in sorted(set(names[0]) & set(names[1])):
        paths = [os.path.join(d, name) for d in (options.a, options.b)]
        if options.near_to is None:
            one, other = map(datasets, paths)
            for key in sorted(set(one) ^ set(other)):
                differences.append(f"{name} {key}: in one file only")
            for key in sorted(set(one) & set(other)):
                count += 1
                x, y = one[key], other[key]
                if x.shape != y.shape or x.dtype != y.dtype or bits(x) != bits(y):
                    differences.append(f"{name} {key}: {x.shape} and {y.shape}")
            continue
        for (key, steps, x), (other_key, other_steps, y) in zip(*map(particle_values, paths)):
            count += 1
            if key != other_key or not np.array_equal(steps, other_steps):
                differences.append(f"{name} {key}: other steps")
                continue
            early = steps <= options.exact_to
            if x[early].tobytes() != y[early].tobytes():
                differences.append(f"{name} {key}: differs before step {options.exact_to}")
            near = steps <= options.near_to
            if key.endswith("position"):
                distance = float(np.abs(x[near].astype(float) - y[near]).max())
                largest = max(largest, distance)
                if not distance <= options.tolerance:
                    differences.append(f"{name} {key}: {distance} Å apart")
    print(json.dumps({
        "files": len(names[0]), "datasets": count, "differences": differences, "largest": largest}))


main()
