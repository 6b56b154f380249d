"""Runs a study in packs on a Slurm of two pretended nodes, undisturbed and disturbed; scripts/bench-packs starts it."""
import argparse
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The smallest cell of bcc Na2B12H12 for the cutoff: 208 atoms.
MANIFEST = """study: packs
seed: 1
system: {{structure: na2b12h12-bcc, supercell: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]}}
forces: {{cutoff: 9 Å}}
dynamics: {{ensemble: nvt, timestep: 1 fs}}
stages: {{relax: {{force: 2 eV/Å}}, equilibrate: 20 fs, sample: 1 ps}}
record: {{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 10 fs, checkpoint: 2 s}}
sweep: {{temperature: 600 K, stages.sample: [{samples}], replica: {replicas}}}
analysis: {{active: {{cutoff: 2 Å^2}}}}
resources: {{ranks: 1}}
"""
LOCAL = '[--mca, plm, ^slurm, --mca, ras, ^slurm, --mca, pml, ob1, --mca, btl, "self,vader"]'
SITE = """partition: main
pack: node
launcher: {launcher}
{options}
max-running: 2
time-limit: 60 min
signal-margin: 30 s
retry-delay: 1 s
coordinator: {{time-limit: 10 min, memory: 200 MiB}}
"""


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench-packs", description=__doc__,
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--runs", type=int, default=24, metavar="N", help="runs of one rank each, a multiple of three")
    add("--sample", type=float, default=20, metavar="PS", help="sampled time of the shortest third of the runs, ps")
    add("--cores", type=int, default=8, metavar="N", help="pretended cores of each of the two nodes")
    add("--launcher", choices=["srun", "mpirun"], default="srun")
    add("--disturb", action="store_true",
        help="afterwards again, with a killed array task, a killed node and a cancelled pack; all records are compared")
    return parser.parse_args(arguments)


class Cluster:
    def __init__(self, folder, cores):
        self.folder = os.path.join(folder, "slurm")
        with open(os.path.join(folder, "up.log"), "w") as log:
            subprocess.run([os.path.join(ROOT, "cluster/local/up"), self.folder, "2", str(cores)], check=True,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def down(self):
        subprocess.run([os.path.join(ROOT, "cluster/local/down"), self.folder, "--purge"], check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def shell(self, line, check=True):
        done = subprocess.run(["bash", "-c", f"source '{self.folder}/environment'; {line}"], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            sys.exit(f"{line}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def wait(self, condition, seconds=3600):
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                sys.exit("gave up waiting")
            time.sleep(0.5)

    def drain(self):
        self.wait(lambda: not self.shell("squeue -h -o %i").strip())


class Study:
    def __init__(self, cluster, folder, name):
        self.cluster, self.folder, self.path = cluster, folder, os.path.join(folder, name)
        self.program = os.environ["PADDLEWHEEL_PROGRAM"]

    def submit(self):
        return self.cluster.shell(f"cd '{self.folder}' && '{self.program}' submit packs.yaml --site site.yaml --yes "
                                  f"--output '{self.path}'")

    def status(self):
        return json.loads(self.cluster.shell(f"'{self.program}' status '{self.path}' --json"))

    def attempts(self):
        """(run, record), of all runs."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.path, "runs", "*", "attempt-*.json"))):
            with open(path) as file:
                found.append((os.path.basename(os.path.dirname(path)), json.load(file)))
        return found

    def elements(self):
        """Process ids of the array tasks' programs, by the index of the task."""
        found = {}
        for process in glob.glob("/proc/[0-9]*"):
            try:
                with open(f"{process}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
                if "element" not in words or self.path not in words:
                    continue
                with open(f"{process}/environ", "rb") as file:
                    variables = dict(v.split("=", 1) for v in file.read().decode(errors="replace").split("\0") if "=" in v)
                found[int(variables["SLURM_ARRAY_TASK_ID"])] = (int(os.path.basename(process)), variables["SLURMD_NODENAME"])
            except (OSError, KeyError, ValueError):
                continue
        return found


def efficiency(study, cores):
    """Core-seconds of attempts over those of the packs, until a pack had no further run to start."""
    held = busy = 0.0
    records = [r for _, r in study.attempts()]
    for path in glob.glob(os.path.join(study.path, "submissions", "*", "pack-*.json")):
        with open(path) as file:
            pack = json.load(file)
        own = [r for r in records if r["job"]["task"] == pack["job"]["task"] and r["job"]["restart"] == pack["job"]["restart"]]
        if not own:
            continue
        last_start = max(r["started_s"] for r in own)
        end = min(r["ended_s"] for r in own if r["ended_s"] >= last_start)
        held += cores * (end - pack["started_s"])
        busy += sum(max(0.0, min(r["ended_s"], end) - r["started_s"]) * r["ranks"] for r in own)
    return busy / held if held else float("nan"), held


def overlaps(study):
    """Pairs of attempts at one run that were at work at the same time: two of them would be a run that runs twice."""
    by_run = {}
    for run, record in study.attempts():
        by_run.setdefault(run, []).append(record)
    count = 0
    for records in by_run.values():
        for first, second in zip(records, records[1:]):
            count += (first.get("ended_s") or 0) > second["started_s"] + 0.5
        count += sum(r.get("ended") == "done" for r in records) != 1
    return count


def compare(study, other):
    names = sorted(os.listdir(os.path.join(other.path, "runs")))
    found = []
    for name in names:
        done = subprocess.run([sys.executable, os.path.join(ROOT, "Tests", "Peers", "compare_records.py"),
                               os.path.join(study.path, "runs", name), os.path.join(other.path, "runs", name)],
                              check=True, capture_output=True, text=True)
        found += json.loads(done.stdout)["differences"]
    with open(os.path.join(study.path, "results", "summary.json"), "rb") as a:
        with open(os.path.join(other.path, "results", "summary.json"), "rb") as b:
            if a.read() != b.read():
                found.append("results/summary.json")
    return len(names), found


def processes_of(cluster, node):
    """slurmd first, then what watches the array tasks and would tell of their end, then their processes."""
    with open(f"{cluster.folder}/run/slurmd-{node}.pid") as file:
        found = [int(file.read())]
    own, parents = [], {}
    for process in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{process}/environ", "rb") as file:
                variables = file.read().decode(errors="replace").split("\0")
            with open(f"{process}/stat") as file:
                parents[int(os.path.basename(process))] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if f"SLURMD_NODENAME={node}" in variables and f"SLURM_CONF={cluster.folder}/slurm.conf" in variables:
            own.append(int(os.path.basename(process)))
    for parent in sorted({parents[process] for process in own} - set(own)):
        with open(f"/proc/{parent}/comm") as file:
            if file.read().startswith("slurmstepd"):
                found.append(parent)
    return found + own


def disturb(cluster, study):
    study.submit()

    def going():
        return sum(r["state"] == "running" and r["step"] > 100 for r in study.status()["runs"])
    cluster.wait(lambda: going() >= 4)
    elements = study.elements()
    task = min(elements)
    print(f"killing the program of array task {task} on {elements[task][1]}", file=sys.stderr)
    os.kill(elements[task][0], signal.SIGKILL)
    cluster.wait(lambda: going() >= 4)
    pid, node = list(study.elements().values())[0]
    print(f"killing the node {node}: slurmd, the array task and its ranks", file=sys.stderr)
    for process in processes_of(cluster, node):
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            continue
    cluster.wait(lambda: going() >= 4)
    print("starting the node again; cancelling", file=sys.stderr)
    subprocess.run([os.path.join(ROOT, "cluster/local/up"), cluster.folder, "2", str(cluster.cores)], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cluster.shell(f"'{study.program}' cancel '{study.path}'", check=False)
    cluster.drain()
    print(study.submit(), file=sys.stderr)
    cluster.drain()


def main():
    options = parse(sys.argv[1:])
    folder = tempfile.mkdtemp(prefix="bench-packs.")
    os.chmod(folder, 0o755)
    cluster = Cluster(folder, options.cores)
    cluster.cores = options.cores
    try:
        samples = ", ".join(f"{options.sample * factor:g} ps" for factor in (1, 1.25, 1.5))
        with open(os.path.join(folder, "packs.yaml"), "w") as file:
            file.write(MANIFEST.format(samples=samples, replicas=options.runs // 3))
        launcher = "mpi: pmix" if options.launcher == "srun" else f"launcher-options: {LOCAL}"
        with open(os.path.join(folder, "site.yaml"), "w") as file:
            file.write(SITE.format(launcher=options.launcher, options=launcher))
        study = Study(cluster, folder, "undisturbed")
        print(study.submit(), file=sys.stderr)
        cluster.drain()
        status = study.status()
        done = sum(r["state"] == "done" for r in status["runs"])
        share, held = efficiency(study, options.cores)
        for packs in status["packs"]:
            print(f"{packs['done']} of {done} runs done in {packs['packs']} packs; core-seconds in steps over those held: "
                  f"{packs['efficiency']:.3f} of {packs['core_seconds_held']:.0f}, until no run was left to start "
                  f"{packs['efficiency_before_last_wave']:.3f}")
        print(f"by the attempts' own times, without the start of their ranks: {share:.3f} of {held:.0f}")
        print(f"attempts: {len(study.attempts())}; at work twice: {overlaps(study)}")
        failed = done != len(status["runs"]) or overlaps(study) > 0
        if options.disturb:
            other = Study(cluster, folder, "disturbed")
            disturb(cluster, other)
            count, found = compare(other, study)
            print(f"disturbed: {len(other.attempts())} attempts, at work twice: {overlaps(other)}; {count} runs compared, "
                  f"{len(found)} data sets differ")
            failed = failed or bool(found) or overlaps(other) > 0
        sys.exit(1 if failed else 0)
    finally:
        cluster.down()
        shutil.rmtree(folder, ignore_errors=True)


main()
