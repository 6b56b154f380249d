"""How the equations of motion are solved, by either program; the step is the outer one."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    name: str
    timestep_fs: float
    # Bonds and angles this often in a step.
    substeps: int = 1
    is_rigid: bool = False
    # Of the mesh; else the layout of least cost.
    in_slabs: bool = False


FLEXIBLE = Mode("flexible", 1)
IN_SLABS = Mode("flexible, mesh in slabs", 1, in_slabs=True)
LAMMPS_MODES = [
    Mode("run_style respa: bond, angle 1 fs; pair, kspace 2 fs", 2, substeps=2),
    Mode("run_style respa: bond, angle 1 fs; pair, kspace 3 fs", 3, substeps=3),
    Mode("fix rigid/nvt/small", 4, is_rigid=True),
]
PADDLEWHEEL_MODES = [
    FLEXIBLE,
    Mode("multiple time steps: bonded 1 fs, rest 3 fs", 3, substeps=3),
    Mode("multiple time steps: bonded 0.5 fs, rest 3 fs", 3, substeps=6),
    Mode("rigid anions", 4, is_rigid=True),
]
