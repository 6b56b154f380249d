"""The cases: which contenders are timed in turn."""
from dataclasses import dataclass
from typing import Callable

from modes import FLEXIBLE, IN_SLABS, LAMMPS_MODES, PADDLEWHEEL_MODES
from workloads import LARGE, MEDIUM, MILLION, SMALL


@dataclass(frozen=True)
class Case:
    name: str
    summary: str
    contenders: Callable
    needs_lammps: bool = True
    # Few steps, once: for counts of messages, where speed means nothing.
    is_counted: bool = False


def _side_by_side(workload):
    def contenders(programs, ranks):
        return [make(workload, n) for n in ranks for make in (programs.ours, programs.theirs)]
    return contenders


def _stepping(programs, ranks):
    return ([programs.theirs(MEDIUM, 1)] + [programs.theirs(MEDIUM, 1, mode) for mode in LAMMPS_MODES]
            + [programs.ours(MEDIUM, 1, mode) for mode in PADDLEWHEEL_MODES])


def _scaling(programs, ranks):
    return [programs.ours(workload, n) for workload in (SMALL, MEDIUM, LARGE) for n in ranks]


def _million(programs, ranks):
    return [programs.ours(MEDIUM, 1), programs.ours(MILLION, 1)]


def _oversubscribed(programs, ranks):
    return [programs.ours(LARGE, n, mode) for n in (8, 27, 64) for mode in (FLEXIBLE, IN_SLABS)]


CASES = {case.name: case for case in [
    Case("small", "1.7k atoms, flexible, 1 fs, beside LAMMPS", _side_by_side(SMALL)),
    Case("medium", "13k atoms, likewise", _side_by_side(MEDIUM)),
    Case("large", "105k atoms, likewise", _side_by_side(LARGE)),
    Case("stepping", "13k atoms, 1 rank: ns/day with multiple time steps and rigid anions, of both", _stepping),
    Case("scaling", "Paddlewheel alone, each size on each number of ranks", _scaling, needs_lammps=False),
    Case("million", "Paddlewheel at 1.02M atoms beside 13k, 1 rank: cost and memory per atom", _million,
         needs_lammps=False),
    Case("oversubscribed", "Paddlewheel, 105k atoms on 8, 27, 64 ranks: messages and bytes, no speed",
         _oversubscribed, needs_lammps=False, is_counted=True),
]}
DEFAULT = [name for name in CASES if name not in ("million", "oversubscribed")]
COUNTED_STEPS = 10
