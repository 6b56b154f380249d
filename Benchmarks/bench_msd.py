"""Times the mean squared displacement beside MDAnalysis and pymatgen, and prints a table; scripts/bench-msd starts it."""
import argparse
import datetime
import glob
import json
import os
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    "mdanalysis-memory": "MDAnalysis, EinsteinMSD with FFT, read by h5py",
    "mdanalysis-h5md": "MDAnalysis, EinsteinMSD with FFT, its H5MD reader",
    "pymatgen-fft": "pymatgen-analysis-diffusion, its FFT alone",
    "pymatgen-analyzer": "pymatgen-analysis-diffusion, DiffusionAnalyzer",
}
MANIFEST = """study: walk
system: {{structure: na2b12h12-bcc, supercell: [2, 2, 2]}}
stages: {{sample: {time_ps} ps}}
record: {{mobile: 50 fs, anions: 50 fs, all: 1 ps, observables: 50 fs, checkpoint: 5 min}}
sweep: {{temperature: [500 K]}}
analysis: {{drift: none}}
"""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench-msd", formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="Writes a record of ions that walk at random, as a run would, and times its mean squared displacement\n"
        "over all origins, reading included: ours before each peer's, on the same cores.")
    add = parser.add_argument
    add("--frames", type=int, default=1_000_000, help="records")
    add("--ions", type=int, default=100, help="mobile ions")
    add("--rounds", type=int, default=1, help="measurements of each peer")
    add("--peers", default="pymatgen-fft,mdanalysis-memory", help="of " + ", ".join(NAMES) + "; the H5MD reader takes some 4 ms a record")
    add("--cores", type=int, default=os.cpu_count(), help="that everyone may use")
    add("--folder", default=os.path.join(ROOT, ".build", "bench-msd"), help="for the record, which stays there")
    add("--build", default=os.path.join(ROOT, ".build", "release"), help="folder of the programs")
    a = parser.parse_args(arguments)
    a.peers = [p for p in a.peers.split(",") if p]
    if unknown := [p for p in a.peers if p not in NAMES]:
        parser.error(f"no peer is named {', '.join(unknown)}")
    if min(a.frames, a.ions, a.rounds, a.cores) < 1:
        parser.error("--frames, --ions, --rounds and --cores: wanted at least 1")
    return a


def run(command, cores, wanted=(0,)):
    """Runs a command on some cores. Returns what it printed and the usage of the process."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(cores), OPENBLAS_NUM_THREADS=str(cores))
    available = sorted(os.sched_getaffinity(0))[:cores]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, available))
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in wanted:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return text, usage


def tell(text):
    print(text, file=sys.stderr, flush=True)


def make_record(a):
    """A study with one run whose record is the walk. Returns the study's folder and the run's."""
    study = os.path.join(a.folder, f"walk-{a.frames}-{a.ions}")
    if not os.path.exists(study):
        os.makedirs(a.folder, exist_ok=True)
        manifest = f"{study}.yaml"
        with open(manifest, "w") as file:
            file.write(MANIFEST.format(time_ps=0.05 * (a.frames - 1)))
        run([f"{a.build}/paddlewheel", "plan", manifest, "--output", study], a.cores)
    folder = glob.glob(f"{study}/runs/*")[0]
    if not os.path.exists(f"{folder}/rank-0000.h5"):
        tell(f"writing {a.frames} records of {a.ions} ions to {folder}")
        for old in glob.glob(f"{folder}/rank-*"):
            os.remove(old)
        run([f"{a.build}/paddlewheel-rank-check", f"walk={folder}:{a.frames}:{a.ions}:1"], a.cores)
    return study, folder


def measure(a, name, study, folder):
    curve = f"{a.folder}/{name}.curve"
    if name == "ours":
        text, usage = run([f"{a.build}/paddlewheel-rank-check", f"msd={folder}:{a.cores}:{curve}"], a.cores)
    elif name == "aggregate":
        start = time.perf_counter()
        # The run was never started, which it says: 3.
        _, usage = run([f"{a.build}/paddlewheel", "aggregate", study, "--threads", str(a.cores)], a.cores, (0, 3))
        text = json.dumps({"seconds": time.perf_counter() - start, "cpu_seconds": usage.ru_utime + usage.ru_stime})
    else:
        text, usage = run(
            [sys.executable, "-W", "ignore", f"{HERE}/msd_peer.py", name, f"{folder}/rank-0000.h5", curve], a.cores)
    result = json.loads(text.strip().splitlines()[-1])
    result["peak_GiB"] = usage.ru_maxrss / 2**20
    tell(f"{name}: {result['seconds']:.2f} s, {result['cpu_seconds']:.2f} s of cores, {result['peak_GiB']:.2f} GiB")
    return result


def difference(a, name):
    """The largest relative difference of a peer's curve to ours, over all lags that it has."""
    import numpy as np
    ours, peer = (np.fromfile(f"{a.folder}/{n}.curve")[1:] for n in ("ours", name))
    has = np.isfinite(peer)
    return float(np.max(np.abs(ours[has] - peer[has]) / peer[has]))


def main():
    a = parse(sys.argv[1:])
    study, folder = make_record(a)
    load = os.getloadavg()[0]
    results = {name: [] for name in ["ours", "aggregate", *a.peers]}
    for _ in range(a.rounds):
        for name in a.peers or [None]:
            results["ours"].append(measure(a, "ours", study, folder))
            if name:
                results[name].append(measure(a, name, study, folder))
    while len(results["ours"]) < 3:
        results["ours"].append(measure(a, "ours", study, folder))
    for _ in range(3):
        results["aggregate"].append(measure(a, "aggregate", study, folder))

    def median(name, key):
        return statistics.median(r[key] for r in results[name])
    size = os.path.getsize(f"{folder}/rank-0000.h5") / 1e9
    versions = {}
    for package in ("MDAnalysis", "pymatgen-analysis-diffusion", "numpy", "scipy", "h5py"):
        versions[package] = version(package)
    print(f"{a.frames:,} records of {a.ions} ions ({size:.2f} GB on disk, in the cache of the system), {a.cores} cores for everyone, "
          f"load of the machine before: {load:.1f}, "
          f"{datetime.date.today()}, " + ", ".join(f"{k} {v}" for k, v in versions.items()) + ". "
          "Seconds are wall-clock from opening the record to the curve; ours the median of "
          f"{len(results['ours'])} (smallest–largest), taken before and between the peers'.\n")
    print("| program | s | core-seconds | peak GiB | s over ours | core-seconds over ours | largest relative difference |")
    print("|---|---|---|---|---|---|---|")
    titles = {"ours": "Paddlewheel, MSD", "aggregate": "`paddlewheel aggregate`: all of it, start of the program included"}
    for name in ["ours", *a.peers, "aggregate"]:
        seconds = [r["seconds"] for r in results[name]]
        spread = f" ({min(seconds):.2f}–{max(seconds):.2f})" if len(seconds) > 1 else ""
        ratios = [median(name, key) / median("ours", key) for key in ("seconds", "cpu_seconds")]
        last = f"{difference(a, name):.1e}" if name in a.peers else "–"
        print(f"| {titles.get(name, NAMES.get(name))} | {median(name, 'seconds'):.2f}{spread} | {median(name, 'cpu_seconds'):.2f} "
              f"| {max(r['peak_GiB'] for r in results[name]):.2f} | {ratios[0]:.1f} | {ratios[1]:.1f} | {last} |")


main()
