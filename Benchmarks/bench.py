"""Times Paddlewheel, beside LAMMPS, and prints tables; scripts/bench starts it."""
import argparse
import json
import os
import shutil
import sys
import tempfile

from commands import BenchError

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def parse(arguments):
    from cases import CASES, DEFAULT
    parser = argparse.ArgumentParser(
        prog="scripts/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Times Paddlewheel and LAMMPS alternately on bcc Na2B12H12 (NVT, 600 K, 9 Å, mesh 1e-4).\n"
        "Prints Markdown tables on standard output, progress on standard error, and keeps every\n"
        "single measurement in a JSON file.",
        epilog="cases:\n" + "\n".join(f"  {c.name:15} {c.summary}" for c in CASES.values())
        + f"\n\nBy itself: {','.join(DEFAULT)}: some 40 minutes of a quiet machine with 2 cores. All figures of a\n"
        "table come from one go: a run of few cases keeps none of an earlier one.\n\n"
        "examples:\n"
        "  scripts/bench --cases medium              the figure to watch\n"
        "  scripts/bench --cases medium --repeats 3 --seconds 2\n"
        "  scripts/bench --cases million,oversubscribed\n"
        "  scripts/bench --print .build/bench/bench.json")
    add = parser.add_argument
    add("--cases", default=",".join(DEFAULT), metavar="NAMES",
        help="what to measure, names with commas between, or 'all'")
    add("--repeats", type=int, default=5, metavar="N", help="measurements of each (5)")
    add("--seconds", type=float, default=8, metavar="S", help="length of one measurement (8)")
    add("--min-steps", type=int, default=60, metavar="N", help="but no fewer steps than this, for enough rebuilds (60)")
    add("--ranks", default=None, metavar="N,N", help="numbers of ranks (1,2; for scaling 1, 2, 4, … up to the cores)")
    add("--folder", default=os.path.join(ROOT, ".build", "bench"), metavar="DIR",
        help="starting configurations and files on the way (.build/bench)")
    add("--output", metavar="FILE", help="the JSON file (bench.json in the folder)")
    add("--set", action="append", default=[], metavar="KEY=VALUE", dest="extra",
        help="a command for paddlewheel-rank-check before all others, such as skin=1.5 or precision=double; repeatable")
    add("--start-steps", type=int, default=500, metavar="N", help="steps of 1 fs that heat a start (500)")
    add("--program", default=os.path.join(ROOT, ".build", "release", "paddlewheel-rank-check"), metavar="FILE",
        help="paddlewheel-rank-check (that of .build/release)")
    add("--check", action="store_true",
        help="measure nothing; show that LAMMPS's inputs are the same physics with and without what was left out")
    add("--print", metavar="FILE", dest="old", help="measure nothing; print the tables of a JSON file")
    a = parser.parse_args(arguments)
    a.cases = list(CASES) if a.cases == "all" else a.cases.split(",")
    if unknown := [c for c in a.cases if c not in CASES]:
        parser.error(f"no case is named {', '.join(map(repr, unknown))}; there are {', '.join(CASES)}")
    try:
        a.ranks = [int(n) for n in a.ranks.split(",")] if a.ranks else None
    except ValueError:
        parser.error(f"--ranks {a.ranks}: wanted numbers with commas between")
    for name in ("repeats", "min_steps", "start_steps", *([] if a.ranks is None else ["ranks"])):
        value = getattr(a, name)
        if min(value if isinstance(value, list) else [value]) < 1:
            parser.error(f"--{name.replace('_', '-')}: wanted at least 1")
    if not a.seconds > 0:
        parser.error("--seconds: wanted more than 0")
    return a


def executable(path, what, remedy):
    found = shutil.which(path)
    if not found:
        raise BenchError(f"{what} is missing: no executable '{path}'; {remedy}")
    return os.path.abspath(found)


def powers_of_two():
    ranks = [1]
    while 2 * ranks[-1] <= (os.cpu_count() or 1):
        ranks.append(2 * ranks[-1])
    return ranks


def prepare(a, needs_lammps):
    """The programs, and the JSON's description of where they run."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise BenchError(f"{sys.executable} has no numpy; scripts/bench uses the Python of scripts/bootstrap "
                         "--tests, or the one of PADDLEWHEEL_PYTHON") from None
    from contenders import Programs
    from lammps import LAMMPS
    from machine import describe
    from paddlewheel import Paddlewheel
    from workloads import prepare as prepare_start
    executable("mpirun", "Open MPI", "scripts/bootstrap installs it")
    program = executable(a.program, "paddlewheel-rank-check",
                         "swift build -c release --product paddlewheel-rank-check makes it")
    lmp = needs_lammps and executable(os.environ.get("PADDLEWHEEL_LAMMPS") or "lmp", "LAMMPS",
                                      "scripts/bootstrap --tests installs it, or set PADDLEWHEEL_LAMMPS to its path")
    folder = os.path.abspath(a.folder)
    os.makedirs(folder, exist_ok=True)
    forcefield = os.path.join(ROOT, "Sources", "Potentials", "Resources", "paddlewheel-ff.json")
    ours = Paddlewheel(program, folder, a.extra)
    # The starts are the same whatever is set for the measurements.
    heater = Paddlewheel(program, folder)

    def start(workload):
        return prepare_start(workload, heater, folder, forcefield, a.start_steps, min(2, os.cpu_count() or 1))

    return Programs(ours, LAMMPS(lmp, folder, forcefield), start), describe(ROOT, lmp), forcefield


def save(result, path):
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False) as f:
        json.dump(result, f, indent=1)
    os.chmod(f.name, 0o644)
    os.replace(f.name, path)


def main():
    from cases import CASES
    from rounds import say, take
    from table import render
    a = parse(sys.argv[1:])
    if a.old:
        with open(a.old) as f:
            print(render(json.load(f)), end="")
        return
    cases = [CASES[name] for name in dict.fromkeys(a.cases)]
    programs, machine, forcefield = prepare(a, a.check or any(c.needs_lammps for c in cases))
    if a.check:
        from check import check
        from workloads import SMALL
        print("\n".join(check(programs.start(SMALL), programs.lammps, forcefield)))
        return
    if os.getloadavg()[0] > 0.3:
        say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the figures will not be those of a quiet one")
    path = os.path.abspath(a.output or os.path.join(a.folder, "bench.json"))
    result = {"machine": machine, "cases": {}, "settings": {
        "repeats": a.repeats, "seconds": a.seconds, "min_steps": a.min_steps, "set": a.extra}}
    for case in cases:
        ranks = a.ranks or (powers_of_two() if case.name == "scaling" else [1, 2])
        take(case, case.contenders(programs, ranks), result["cases"].setdefault(case.name, {}), a.repeats,
             a.seconds, a.min_steps, lambda: save(result, path))
    print(render(result), end="")
    say(f"every measurement is in {path}")


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"scripts/bench: {error}")
    except (OSError, json.JSONDecodeError) as error:
        sys.exit(f"scripts/bench: {error}")
    except KeyboardInterrupt:
        sys.exit("scripts/bench: stopped; what was measured is in the JSON file")
