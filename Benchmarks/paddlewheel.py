"""Paddlewheel's side: timed runs by paddlewheel-rank-check."""
import json
import os

from commands import BenchError, mpirun
from workloads import ACCURACY, CUTOFF_A, DAMPING_PS, TEMPERATURE_K

FIELDS = {"atoms", "ranks", "grid", "steps", "seconds", "phases", "rebuilds", "prunings", "messages_per_step",
          "bytes_per_step", "surface_bytes_per_step", "mesh_layout", "mesh_messages_per_step", "mesh_bytes_per_step",
          "resident_bytes", "peak_bytes"}


def integrator(mode):
    return f"nhc,{TEMPERATURE_K},{DAMPING_PS}" + (f"*{mode.substeps}" if mode.substeps > 1 else "")


class Paddlewheel:
    name = "Paddlewheel"

    def __init__(self, program, folder, extra=()):
        self.program = program
        self.folder = folder
        self.extra = list(extra)

    def run(self, commands, ranks):
        return mpirun(ranks, [self.program, *self.extra, *commands])

    def measure(self, start, mode, ranks, warmup, steps):
        """One timed run: what the program writes."""
        path = os.path.join(self.folder, "paddlewheel.json")
        if os.path.exists(path):
            os.remove(path)
        commands = [f"structure={start.structure}", f"cutoff={CUTOFF_A}", f"accuracy={ACCURACY}"]
        if mode.in_slabs:
            commands.append(f"mesh={ranks},1")
        tiles = start.workload.tiles
        if tiles > 1:
            # The file of velocities is that of one tile.
            commands += [f"supercell={tiles},{tiles},{tiles}", f"velocities={TEMPERATURE_K}:3"]
        else:
            commands.append(f"velocities-in={start.velocities}")
        if mode.is_rigid:
            commands.append("hold=B12H12:rigid")
        commands += [f"bench={integrator(mode)}:{warmup}:{steps}:{mode.timestep_fs:g}", f"bench-out={path}"]
        self.run(commands, ranks)
        if not os.path.exists(path):
            raise BenchError(f"{self.program} wrote no {path}")
        with open(path) as f:
            found = json.load(f)
        if missing := sorted(FIELDS - found.keys()):
            raise BenchError(f"{path} lacks {', '.join(missing)}")
        if (found["atoms"], found["steps"], found["ranks"]) != (start.workload.atoms, steps, ranks):
            raise BenchError(f"{path} is of {found['atoms']} atoms, {found['steps']} steps, {found['ranks']} ranks; "
                             f"wanted {start.workload.atoms}, {steps}, {ranks}")
        return found
