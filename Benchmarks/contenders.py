"""Who is timed at what: a program on a workload, with a way of stepping and a number of ranks."""
from dataclasses import asdict, dataclass, field

from lammps import LAMMPS
from modes import FLEXIBLE
from paddlewheel import Paddlewheel

# LAMMPS's. At 600 K its lists live much longer from 2.5 Å on, which often pays for the pairs that it adds.
SKINS_A = (1.0, 1.5, 2.0, 2.5, 3.0)


@dataclass
class Contender:
    program: object
    start: object
    mode: object
    ranks: int
    steps: int = 0
    options: dict = field(default_factory=dict)
    # What was tried before the measurements.
    probes: list = field(default_factory=list)

    @property
    def key(self):
        return f"{self.program.name}, {self.start.workload.name}, {self.mode.name}, {self.ranks}"

    def measure(self, steps=None, **options):
        steps = steps or self.steps
        return self.program.measure(self.start, self.mode, self.ranks, warmup=max(10, steps // 10), steps=steps,
                                    **(options or self.options))

    def calibrate(self, seconds, min_steps):
        """Chooses LAMMPS's skin, and as many steps as take the time of one measurement."""
        is_lammps = isinstance(self.program, LAMMPS)
        # Enough for some rebuilds of the lists, and no minutes.
        steps = 100 if self.start.workload.atoms < 50_000 else 60
        for options in [{"skin_A": s} for s in SKINS_A] if is_lammps else [{}]:
            self.probes.append(self.measure(steps, **options))
        best = min(self.probes, key=lambda p: p["seconds"])
        self.steps = max(min_steps, round(seconds * best["steps"] / best["seconds"]))
        if is_lammps:
            self.options = {"skin_A": best["skin_A"]}

    def described(self):
        """For the JSON file."""
        return {"key": self.key, "program": self.program.name, "workload": self.start.workload.name,
                "atoms": self.start.workload.atoms, "ranks": self.ranks, "steps": self.steps,
                "mode": asdict(self.mode), "options": self.options, "probes": self.probes}


@dataclass
class Programs:
    """Makes contenders; a start is made when it is first needed."""
    paddlewheel: Paddlewheel
    lammps: LAMMPS
    start: object

    def ours(self, workload, ranks, mode=FLEXIBLE):
        return Contender(self.paddlewheel, self.start(workload), mode, ranks)

    def theirs(self, workload, ranks, mode=FLEXIBLE):
        return Contender(self.lammps, self.start(workload), mode, ranks)
