"""Times a study of short runs side by side against one after another; scripts/bench-jobs starts it."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# 416 atoms: twice the smallest cell of bcc Na2B12H12 for the cutoff, doubled along x and y.
MANIFEST = """study: jobs
seed: 1
system: {{structure: na2b12h12-bcc, supercell: {supercell}}}
forces: {{cutoff: 9 Å}}
dynamics: {{ensemble: nvt, timestep: 1 fs}}
stages: {{relax: {{force: 0.5 eV/Å}}, equilibrate: 0.1 ps, sample: {sample} ps}}
record: {{mobile: 50 fs, anions: 50 fs, all: 1 ps, observables: 50 fs, checkpoint: 5 min}}
sweep: {{temperature: {temperature} K, replica: {runs}}}
analysis: {{active: {{cutoff: 21 Å^2}}}}
"""


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench-jobs", description=__doc__,
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--runs", type=int, default=16, metavar="N", help="runs of the study")
    add("--sample", type=float, default=20, metavar="PS", help="sampled time of each run, ps")
    add("--rounds", type=int, default=3, metavar="N", help="how often both ways are timed, in alternation")
    add("--ranks", type=int, default=2, metavar="N", help="ranks of the runs that go one after another")
    add("--supercell", default="[[2, 2, 0], [-1, 1, 0], [0, 0, 2]]", metavar="ROWS",
        help="of bcc Na2B12H12; the default has 416 atoms")
    add("--alone", type=int, default=2, metavar="N", help="runs that are repeated alone, for their bits")
    return parser.parse_args(arguments)


def run(folder, name, words):
    """Seconds of the simulations of a study: from the start of the first to the end of the last run."""
    program = os.environ["PADDLEWHEEL_PROGRAM"]
    begun = time.monotonic()
    done = subprocess.run([program, "run", "jobs.yaml", "--output", name] + words, cwd=folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    whole = time.monotonic() - begun
    if done.returncode:
        sys.exit(done.stderr)
    started, ended = [], []
    runs = os.path.join(folder, name, "runs")
    for run_name in os.listdir(runs):
        with open(os.path.join(runs, run_name, "attempt-1.json")) as file:
            record = json.load(file)
        started.append(record["started_s"])
        ended.append(record["ended_s"])
    lines = [line for line in done.stderr.splitlines() if "steps/s on" in line or " runs on " in line]
    return {"simulated_s": max(ended) - min(started), "whole_s": whole, "lines": lines}


def differences(folder, options):
    """Data sets of runs that differ from those of the same run alone on as many ranks."""
    program = os.environ["PADDLEWHEEL_PROGRAM"]
    shutil.rmtree(os.path.join(folder, "alone"), ignore_errors=True)
    subprocess.run([program, "plan", "jobs.yaml", "--output", "alone"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(os.path.join(folder, "auto", "ranks.json")) as file:
        ranks = json.load(file)["ranks"]
    found = []
    names = sorted(os.listdir(os.path.join(folder, "alone", "runs")))
    for index in range(min(options.alone, options.runs)):
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        subprocess.run(["mpirun", "--bind-to", "none", "-np", str(ranks[str(index)]), program, "simulate", "alone",
                        str(index)], cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)
        compared = subprocess.run(
            [sys.executable, os.path.join(ROOT, "Tests", "Peers", "compare_records.py"),
             os.path.join(folder, "auto", "runs", names[index]), os.path.join(folder, "alone", "runs", names[index])],
            check=True, capture_output=True, text=True)
        found += json.loads(compared.stdout)["differences"]
    return found


def main():
    options = parse(sys.argv[1:])
    folder = tempfile.mkdtemp(prefix="bench-jobs.")
    try:
        with open(os.path.join(folder, "jobs.yaml"), "w") as file:
            file.write(MANIFEST.format(supercell=options.supercell, sample=options.sample, temperature=600,
                                       runs=options.runs))
        ways = {"auto": ["--jobs", "auto"], "serial": ["--jobs", "1", "--ranks", str(options.ranks)]}
        times = {name: [] for name in ways}
        for number in range(options.rounds):
            # The one that goes first changes, for a machine that warms up.
            for name in (list(ways) if number % 2 == 0 else list(ways)[::-1]):
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
                result = run(folder, name, ways[name])
                times[name].append(result)
                print(f"round {number + 1}, {name}: {result['simulated_s']:.1f} s "
                      f"({result['whole_s']:.1f} s with plan, measurement and results)", file=sys.stderr)
                for line in result["lines"]:
                    print(f"  {line}", file=sys.stderr)
        print("| | simulations, s | whole command, s |\n|---|---|---|")
        for name, words in ways.items():
            cells = [", ".join(f"{r[key]:.1f}" for r in times[name]) for key in ("simulated_s", "whole_s")]
            print(f"| `run {' '.join(words)}` | {cells[0]} | {cells[1]} |")
        for key, what in (("simulated_s", "simulations"), ("whole_s", "whole command")):
            ratios = [s[key] / a[key] for a, s in zip(times["auto"], times["serial"])]
            print(f"\n{what}: one after another over side by side {statistics.median(ratios):.3f} "
                  f"({min(ratios):.3f}–{max(ratios):.3f})")
        found = differences(folder, options)
        print(f"\n{min(options.alone, options.runs)} runs repeated alone: {len(found)} data sets differ")
        sys.exit(1 if found else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
