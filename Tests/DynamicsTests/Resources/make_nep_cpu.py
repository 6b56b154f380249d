"""Writes the models nep-cpu-*.txt of random numbers, frames with what NEP_CPU gives for them, and an active set.

usage: make_nep_cpu.py NEP_CPU STRUCTURE FOLDER

NEP_CPU: its source (github.com/brucefan1983/NEP_CPU; used: commit 7319bdc), compiled here by g++. STRUCTURE: extXYZ of NaBH4,
12 atoms (P42nmc at 10 K). Needs numpy, scipy and ASE.
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ase.io import read
from scipy.linalg import qr

DRIVER = r"""
#include "src/nep.h"
#include <cstdio>
#include <iostream>
int main(int argc, char** argv) {
  NEP nep(argv[1]);
  int N;
  std::cin >> N;
  std::vector<double> box(18), r(3 * N), e(N), f(3 * N), v(9 * N);
  std::vector<int> type(N);
  for (int i = 0; i < 9; i++) std::cin >> box[i];
  for (int i = 0; i < N; i++) {
    std::cin >> type[i];
    for (int k = 0; k < 3; k++) std::cin >> r[k * N + i];
  }
  nep.compute(type, box, r, e, f, v);
  double sum = 0;
  for (double x : e) sum += x;
  printf("E %.17g\n", sum);
  for (int i = 0; i < N; i++) printf("F %.17g %.17g %.17g\n", f[i], f[N + i], f[2 * N + i]);
  printf("V");
  for (int k = 0; k < 9; k++) {
    double s = 0;
    for (int i = 0; i < N; i++) s += v[k * N + i];
    printf(" %.17g", s);
  }
  printf("\n");
  std::vector<double> B(N * nep.annmb.num_neurons1 * (nep.annmb.dim + 2));
  nep.find_B_projection(type, box, r, B);
  for (int i = 0, m = B.size() / N; i < N; i++) {
    printf("B");
    for (int j = 0; j < m; j++) printf(" %.17g", B[i * m + j]);
    printf("\n");
  }
}
"""
ELEMENTS = ["H", "Na", "B"]


def write_model(path, rng, version, l_max, degrees, kinds, n_max=(3, 2), basis=(5, 4), neurons=7):
    dimension = n_max[0] + 1 + (n_max[1] + 1) * (degrees + kinds)
    lines = [f"{version} 3 " + " ".join(ELEMENTS)]
    if "zbl" in version:
        lines.append("zbl 0.7 1.4")
    lines += ["cutoff 5 4 100 60", "n_max %d %d" % n_max, "basis_size %d %d" % basis, f"l_max {l_max}", f"ANN {neurons} 0"]
    numbers = []
    for _ in ELEMENTS:
        for count, size in ((neurons * dimension, 0.5), (neurons, 1), (neurons, 0.5)):
            numbers.extend(rng.uniform(-size, size, count))
        if version.startswith("nep5"):
            numbers.extend(rng.uniform(-1, 1, 1))
    for count, size in ((1, 1), (9 * (n_max[0] + 1) * (basis[0] + 1), 0.5), (9 * (n_max[1] + 1) * (basis[1] + 1), 0.5)):
        numbers.extend(rng.uniform(-size, size, count))
    numbers.extend(0.3 + 0.1 * rng.uniform(0, 1, dimension))
    path.write_text("\n".join(lines + ["%.7e" % x for x in numbers]) + "\n")


def shaken(atoms, rng, size, displacement):
    atoms = atoms.copy()
    strain = np.eye(3) + rng.uniform(-size, size, (3, 3))
    atoms.set_cell(atoms.cell.array @ strain, scale_atoms=True)
    atoms.positions += rng.uniform(-displacement, displacement, atoms.positions.shape)
    return atoms


def evaluate(program, model, atoms):
    """Energy, forces, virial and projections."""
    lines = [str(len(atoms)), " ".join(repr(float(x)) for x in atoms.cell.array.T.ravel())]
    lines += [f"{ELEMENTS.index(s)} " + " ".join(repr(float(x)) for x in r)
              for s, r in zip(atoms.get_chemical_symbols(), atoms.positions)]
    output = subprocess.run([program, model], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    rows = {key: [[float(x) for x in line.split()[1:]] for line in output.splitlines() if line.startswith(key + " ")]
            for key in "EFVB"}
    return rows["E"][0][0], np.array(rows["F"]), np.array(rows["V"][0]).reshape(3, 3), np.array(rows["B"])


def write_frames(path, frames, results):
    text = ""
    for atoms, (energy, forces, virial, _) in zip(frames, results):
        stress = -virial / atoms.get_volume()
        stress = (stress + stress.T) / 2
        numbers = lambda values: " ".join(repr(float(x)) for x in np.ravel(values))
        text += (f'{len(atoms)}\nLattice="{numbers(atoms.cell.array)}" Properties=species:S:1:pos:R:3:forces:R:3 '
                 f'energy={energy!r} stress="{numbers(stress)}" pbc="T T T"\n')
        for symbol, r, f in zip(atoms.get_chemical_symbols(), atoms.positions, forces):
            text += f"{symbol} {numbers([*r, *f])}\n"
    path.write_text(text)


def inverse_of_active_set(rows):
    """Of the rows that MaxVol chooses."""
    size = rows.shape[1]
    chosen = list(qr(rows.T, pivoting=True)[2][:size])
    for _ in range(500):
        factors = rows @ np.linalg.inv(rows[chosen])
        i, j = np.unravel_index(abs(factors).argmax(), factors.shape)
        if abs(factors[i, j]) < 1.001:
            break
        chosen[j] = i
    return np.linalg.inv(rows[chosen])


def main(source, structure, folder):
    source, folder = pathlib.Path(source).resolve(), pathlib.Path(folder)
    crystal = read(structure)
    crystal.info = {}
    for name in list(crystal.arrays):
        if name not in ("numbers", "positions"):
            del crystal.arrays[name]
    with tempfile.TemporaryDirectory() as work:
        program = f"{work}/drive"
        pathlib.Path(f"{work}/drive.cpp").write_text(DRIVER)
        sources = [str(source / "src" / f) for f in ("nep.cpp", "ewald_nep.cpp", "neighbor_nep.cpp")]
        subprocess.run(["g++", "-O2", f"-I{source}", "-o", program, f"{work}/drive.cpp", *sources], check=True)

        rng = np.random.default_rng(5)
        frames = [shaken(crystal.repeat((n, 1, 1)), rng, 0.06, 0.08) for n in (1, 2)]
        for name, version, l_max, kinds in (
            ("nep5", "nep5_zbl", "4 1 1 1 1 1 1", 6), ("nep4", "nep4", "4 1 0 1 0 1 0", 3), ("nep4b", "nep4", "4 0 0 0 1 0 1", 2)
        ):
            model = folder / f"nep-cpu-{name}.txt"
            write_model(model, rng, version, l_max, 4, kinds)
            write_frames(folder / f"nep-cpu-{name}.extxyz", frames, [evaluate(program, model, f) for f in frames])

        rng = np.random.default_rng(11)
        model = folder / "nep-cpu-small.txt"
        write_model(model, rng, "nep4", "2 0 0", 2, 0, n_max=(0, 0), basis=(3, 3), neurons=2)
        training = [shaken(crystal, rng, 0.04, 0.04) for _ in range(60)]
        rows = {symbol: [] for symbol in ELEMENTS}
        for atoms in training:
            for symbol, row in zip(atoms.get_chemical_symbols(), evaluate(program, model, atoms)[3]):
                rows[symbol].append(row)
        inverses = {symbol: inverse_of_active_set(np.array(r)) for symbol, r in rows.items()}
        for ending, turn in (("", lambda m: m), ("-columns", lambda m: m.T)):
            (folder / f"nep-cpu-small{ending}.asi").write_text("".join(
                f"{symbol} {len(m)} {len(m)}\n" + "".join(f"{float(x)!r}\n" for x in turn(m).flatten())
                for symbol, m in inverses.items()))
        frames = [training[7], shaken(crystal, rng, 0.05, 0.05), shaken(crystal, rng, 0.12, 0.12)]
        results = [evaluate(program, model, f) for f in frames]
        write_frames(folder / "nep-cpu-small.extxyz", frames, results)
        for atoms, result in zip(frames, results):
            grades = [abs(row @ inverses[s]).max() for s, row in zip(atoms.get_chemical_symbols(), result[3])]
            print("largest grade", max(grades), "above 1:", sum(g > 1 for g in grades))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
