"""Who is timed at what: a program on a workload, with a way of stepping and a number of ranks."""
from dataclasses import asdict, dataclass, field

from lammps import LAMMPS
from modes import FLEXIBLE
from paddlewheel import Paddlewheel

# Where nothing is known yet: enough steps for a few rebuilds of the lists.
PROBE_STEPS = 60
# LAMMPS's; further by 0.5 for as long as the largest is the fastest.
SKINS_A = (1.0, 1.5, 2.0)
LARGEST_SKIN_A = 4.0


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
        if isinstance(self.program, LAMMPS):
            self._search_skin()
        else:
            self.probes.append(self.measure(PROBE_STEPS))
        best = min(self.probes, key=lambda p: p["seconds"])
        self.steps = max(min_steps, round(seconds * best["steps"] / best["seconds"]))

    def _search_skin(self):
        skins = list(SKINS_A)
        for skin_A in skins:
            self.probes.append(self.measure(PROBE_STEPS, skin_A=skin_A))
            best = min(self.probes, key=lambda p: p["seconds"])
            if skin_A == skins[-1] == best["skin_A"] and skin_A < LARGEST_SKIN_A:
                skins.append(skin_A + 0.5)
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
