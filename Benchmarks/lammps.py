"""LAMMPS's side: inputs, timed runs, and what its log says about them."""
import os
import re

from commands import BenchError, mpirun
from lammps_data import dummy_bond, write
from workloads import ACCURACY, CUTOFF_A, DAMPING_PS, TEMPERATURE_K

THERMOSTAT = f"temp {TEMPERATURE_K} {TEMPERATURE_K} {DAMPING_PS}"


def system(data, coefficients, is_rigid, skin_A, accuracy=ACCURACY, removes=True):
    """The input as far as forces need it."""
    # Tabulated Coulomb (table 12), order 5 and the ik mesh are LAMMPS's own defaults; shift moves energies alone.
    lines = ["units metal", "atom_style full", "bond_style harmonic", "angle_style harmonic",
             "special_bonds lj/coul 0.0 0.0 0.0", "box tilt large", f"pair_style buck/coul/long {CUTOFF_A}",
             f"kspace_style pppm {accuracy}", f"read_data {data}", coefficients.rstrip(), "pair_modify shift yes",
             f"neighbor {skin_A} bin", "neigh_modify delay 0 every 1 check yes"]
    if is_rigid:
        # Forces inside a rigid anion do nothing to it, so LAMMPS is spared all of them.
        lines += ["group anions subtract all lone", "delete_bonds all multi remove special",
                  "neigh_modify exclude molecule/intra anions"]
    elif removes:
        # What the dummy bonds were for, the list of special pairs, stays: without this LAMMPS would go through
        # them at every step.
        lines.append(f"delete_bonds all bond {dummy_bond(coefficients)} remove")
    return "\n".join(lines) + "\n"


def motion(mode):
    """The lines that set the integrator."""
    lines = [f"timestep {mode.timestep_fs / 1000:g}"]
    if mode.is_rigid:
        lines += [f"fix bodies anions rigid/nvt/small molecule {THERMOSTAT}", f"fix lone lone nvt {THERMOSTAT}"]
    else:
        lines.append(f"fix all all nvt {THERMOSTAT}")
    if mode.substeps > 1:
        lines.append(f"run_style respa 2 {mode.substeps} bond 1 angle 1 pair 2 kspace 2")
    return "\n".join(lines) + "\n"


class LAMMPS:
    name = "LAMMPS"

    def __init__(self, program, folder, forcefield):
        self.program = program
        self.folder = folder
        self.forcefield = forcefield

    def run(self, text, ranks):
        """The log of an input."""
        log = os.path.join(self.folder, "lammps.log")
        if os.path.exists(log):
            os.remove(log)
        with open(os.path.join(self.folder, "lammps.in"), "w") as f:
            f.write(text)
        try:
            mpirun(ranks, [self.program, "-in", "lammps.in", "-log", log, "-screen", "none"], self.folder)
        except BenchError as error:
            found = re.search(r"^ERROR.*", _read(log), re.MULTILINE)
            raise BenchError(f"{error}\n{found.group()}" if found else str(error)) from error
        return _read(log)

    def measure(self, start, mode, ranks, warmup, steps, skin_A):
        """One timed run."""
        data, coefficients = write(start, self.forcefield)
        text = system(data, coefficients, mode.is_rigid, skin_A) + motion(mode)
        # The timed run goes on with the lists of the first, since fresh ones would come free of charge; run_style
        # respa can't, and has them free.
        again = "" if mode.substeps > 1 else " pre no"
        result = parse(self.run(text + f"thermo 0\nrun {warmup} post no\nrun {steps}{again}\n", ranks))
        if (result["atoms"], result["steps"], result["ranks"]) != (start.workload.atoms, steps, ranks):
            raise BenchError(f"LAMMPS ran {result}, wanted {start.workload.atoms} atoms, {steps} steps, {ranks} ranks")
        return result | {"skin_A": skin_A}


def _read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as f:
        return f.read()


def parse(log):
    """The last run of a log: time, LAMMPS's own breakdown (mean over its ranks) and memory (largest rank)."""
    timed = re.findall(r"^Loop time of (\S+) on (\d+) procs for (\d+) steps with (\d+) atoms", log, re.MULTILINE)
    memory = re.findall(r"^Per MPI rank memory allocation .* = .*\| (\S+) Mbytes", log, re.MULTILINE)
    builds = re.findall(r"^Neighbor list builds = (\d+)", log, re.MULTILINE)
    final = re.findall(r"^ *Step .*\n(?:.*\n)*?(?=Loop time)", log, re.MULTILINE)
    if not (timed and memory and builds and final):
        raise BenchError("the log of LAMMPS holds no timed run")
    after = log[log.rindex("Loop time of"):]
    # Min, mean and max, then the shares; the line called Other has but the mean.
    phases = {name: float(mean) for name, mean in
              re.findall(r"^(\w+) *\|[^|\n]*\| *([0-9.eE+-]+) *\|[^|\n]*\|[^|\n]*\|", after, re.MULTILINE)}
    seconds, ranks, steps, atoms = timed[-1]
    columns, *rows = [line.split() for line in final[-1].strip().splitlines()]
    return {"seconds": float(seconds), "ranks": int(ranks), "steps": int(steps), "atoms": int(atoms), "phases": phases,
            "rebuilds": int(builds[-1]), "resident_bytes": int(float(memory[-1]) * 2**20),
            "temperature_K": float(rows[-1][columns.index("Temp")])}
