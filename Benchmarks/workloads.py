"""The systems of the benchmark: bcc Na2B12H12 with this project's parameters, at 600 K.

Both programs begin with the same hot configuration and velocities, made by Paddlewheel and kept in the work
folder: a cold lattice would flatter lists that live for as long as nothing moves.
"""
import hashlib
import os
from dataclasses import dataclass

STRUCTURE = "na2b12h12-bcc"
ATOMS_PER_CELL = 52
CUTOFF_A = 9.0
ACCURACY = 1e-4
TEMPERATURE_K = 600
DAMPING_PS = 0.1
# Friction 10/ps brings every motion to the temperature within the half picosecond that the start takes.
WARM = f"langevin,{TEMPERATURE_K},10,5"


@dataclass(frozen=True)
class Workload:
    name: str
    cells: tuple[int, int, int]
    # The hot configuration is repeated this often along every axis, with new velocities.
    tiles: int = 1

    @property
    def atoms(self):
        x, y, z = self.cells
        return ATOMS_PER_CELL * x * y * z * self.tiles**3


SMALL = Workload("small", (3, 3, 4))
MEDIUM = Workload("medium", (6, 6, 7))
LARGE = Workload("large", (12, 12, 14))
MILLION = Workload("million", (9, 9, 9), tiles=3)


@dataclass(frozen=True)
class Start:
    """A workload with the files of its hot configuration."""
    workload: Workload
    structure: str
    velocities: str


def prepare(workload, paddlewheel, folder, forcefield, steps, ranks):
    """The start of a workload: from the folder, or made there."""
    recipe = [f"structure={STRUCTURE}", "supercell=" + ",".join(map(str, workload.cells)),
              f"cutoff={CUTOFF_A}", f"accuracy={ACCURACY}", "relax=0.05",
              # Half of it goes into the potential energy of a relaxed cell.
              f"velocities={2 * TEMPERATURE_K}:3", f"run={WARM}:{steps}:1"]
    with open(forcefield, "rb") as f:
        key = hashlib.sha256(f.read() + "\n".join(recipe).encode()).hexdigest()[:10]
    base = os.path.join(folder, f"start-{workload.name}-{key}")
    files = {"structure": base + ".extxyz", "velocities": base + ".velocities"}
    if not all(map(os.path.exists, files.values())):
        # Renamed once whole: a start that was cut short must not be taken for one.
        draft = {k: os.path.join(folder, "draft-" + os.path.basename(p)) for k, p in files.items()}
        paddlewheel.run(recipe + [f"{k}-out={p}" for k, p in draft.items()], ranks)
        for k, path in draft.items():
            os.replace(path, files[k])
    return Start(workload, **files)
