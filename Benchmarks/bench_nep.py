"""Times NEP models beside calorine's CPU calculator on one core, in turn; scripts/bench-nep starts it."""
import glob
import json
import os
import statistics
import sys
import tempfile
import time
from importlib.metadata import version

import numpy as np
from ase import Atoms
from ase.io import write
from calorine.calculators import CPUNEP

from commands import mpirun
from machine import describe

ROUNDS = 5
STEPS = 40
# What a model of these elements is timed on: a lattice, its constant in Å and cells along each edge, 4,000 atoms or so.
# Alloys are drawn at random.
LATTICES = {"Si": ("diamond", 5.43, 8), "PbTe": ("rocksalt", 6.5, 8)}
ALLOY = ("fcc", 4.1, 10)


def configuration(elements):
    """About 4,000 atoms of a model's elements, each 0.05 Å or so from its site, and the name of the crystal."""
    from ase.build import bulk
    random = np.random.default_rng(1)
    name = "".join(sorted(elements))
    lattice, a, cells = LATTICES.get(name, ALLOY)
    symbol = name if name in LATTICES else "Au"
    atoms = bulk(symbol, lattice, a=a, cubic=True) * (cells, cells, cells)
    if symbol != name:
        order = random.permutation(len(atoms)) % len(elements)
        atoms.set_chemical_symbols([elements[i] for i in order])
    atoms.positions += random.normal(0, 0.05, atoms.positions.shape)
    return atoms, f"{lattice} {name if symbol == name else f'alloy of {len(elements)} elements'}"


def ours(program, model, start, precision):
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "bench.json")
        mpirun(1, [
            program, f"structure={start}", f"nep={model}", f"precision={precision}", "velocities=300:1",
            f"bench=nve:5:{STEPS}:1", f"bench-out={output}"])
        with open(output) as file:
            return json.load(file)["seconds"] / STEPS


def theirs(calculator, atoms, shift):
    """A move of all atoms and the forces at it. Returns None where calorine can't read the model."""
    moved = Atoms(atoms)
    moved.positions += shift
    moved.calc = calculator
    begun = time.perf_counter()
    moved.get_forces()
    return time.perf_counter() - begun


def main():
    root, *models = sys.argv[1:]
    if not models:
        folders = [os.environ.get("PADDLEWHEEL_NEP_DATA"), os.path.join(root, "../shared/data/nep")]
        models = sorted(p for f in folders if f for p in glob.glob(os.path.join(f, "*.txt")))[:3]
    if not models:
        sys.exit("no models: name some, or set PADDLEWHEEL_NEP_DATA")
    os.environ["OMP_NUM_THREADS"] = "1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    program = os.path.join(root, ".build", "release", "paddlewheel-rank-check")
    machine = describe(root, "lmp")
    print(f"Taken on {machine['date'][:10]} on {machine['processor']}, one core for each, with commit "
          f"{(machine['paddlewheel'] or '?')[:12]} and calorine {version('calorine')}. Medians of {ROUNDS} alternating "
          f"measurements (smallest–largest of the ratios); ours over {STEPS} steps of dynamics, lists included.\n")
    print("| model | crystal | atoms | Paddlewheel, mixed, ms/step | double, ms/step | calorine, ms/step | ratio, mixed | ratio, double |")
    print("|---|---|---|---|---|---|---|---|")
    for model in models:
        with open(model) as file:
            elements = file.readline().split()[2:]
        atoms, crystal = configuration(elements)
        random = np.random.default_rng(2)
        with tempfile.TemporaryDirectory() as folder:
            start = os.path.join(folder, "start.extxyz")
            write(start, atoms)
            times = {"mixed": [], "double": [], "calorine": []}
            try:
                calculator = CPUNEP(model)
                theirs(calculator, atoms, 0)
            except Exception as error:
                calculator = None
                print(f"{model}: calorine can't: {error}", file=sys.stderr)
            for _ in range(ROUNDS):
                for precision in ("mixed", "double"):
                    times[precision].append(ours(program, model, start, precision))
                if calculator:
                    times["calorine"].append(theirs(calculator, atoms, random.normal(0, 1e-3, atoms.positions.shape)))

        def milliseconds(name):
            return f"{1000 * statistics.median(times[name]):.1f}" if times[name] else "–"

        def ratio(name):
            if not calculator:
                return "–"
            ratios = [c / o for c, o in zip(times["calorine"], times[name])]
            return f"{statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"
        print(f"| {os.path.basename(model)} | {crystal} | {len(atoms):,} | {milliseconds('mixed')} | {milliseconds('double')} "
              f"| {milliseconds('calorine')} | {ratio('mixed')} | {ratio('double')} |", flush=True)


main()
