"""Runs the programs under mpirun and says what went wrong where they fail."""
import subprocess


class BenchError(Exception):
    """What keeps the benchmark from going on; its text is for the user."""


def mpirun(ranks, command, folder=None):
    """The standard output of a command on a number of ranks."""
    full = ["mpirun", "--oversubscribe", "--bind-to", "none", "-np", str(ranks), *command]
    try:
        done = subprocess.run(full, cwd=folder, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise BenchError(f"can't start {error.filename}: scripts/bootstrap says how to install it") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise BenchError(f"failed with exit code {done.returncode}: {' '.join(full)}\n{tail}")
    return done.stdout


def first_line(command):
    """The first line that a command prints with anything on it, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    return next((line.strip() for line in done.stdout.splitlines() if line.strip()), None)
