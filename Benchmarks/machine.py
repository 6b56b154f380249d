"""What the figures were taken on and with."""
import os
import platform
import time

from commands import first_line


def describe(root, lammps):
    def git(*arguments):
        return first_line(["git", "-C", root, *arguments])

    commit = git("rev-parse", "HEAD")
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "hostname": platform.node(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "paddlewheel": commit and commit + (" with changes" if git("status", "--porcelain", "-uno") else ""),
        "swift": first_line(["swift", "--version"]),
        "march": os.environ.get("PADDLEWHEEL_MARCH", "native"),
        "lammps": lammps and first_line([lammps, "-h"]),
        "mpi": first_line(["mpirun", "--version"]),
    }


def _processor():
    try:
        with open("/proc/cpuinfo") as f:
            return next(line.split(":")[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
