"""Analyses the sets that `paddlewheel-coverage --export` wrote with kinisi, and writes findings as that program does.

usage: kinisi_rows.py EXPORTED RESULTS [--rows ID,ID,…] [--sets N] [--jobs N]

D by `kinisi.analyzer.DiffusionAnalyzer` over all time intervals with kinisi's default settings and a diffusive regime
that starts at the first; replicas are pooled as kinisi pools its "identical" trajectories. Ea and D at 300 K by
`kinisi.arrhenius.Arrhenius` with its default priors. A value is the mean of the posterior, an interval lies between its
quantiles. Appends a line for each set to RESULTS/ROW.jsonl; sets that are there are not repeated.
"""
import argparse
import contextlib
import io
import json
import multiprocessing
import os
import pathlib
import warnings

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np
import scipp as sc
from kinisi.analyze import DiffusionAnalyzer
from kinisi.arrhenius import Arrhenius
from kinisi.displacement import calculate_msd
from kinisi.parser import Parser

# Edge of a cell that no ion leaves, Å: kinisi unwraps positions itself.
EDGE = 10_000.0
QUANTILES = {"low68": 0.16, "high68": 0.84, "low95": 0.025, "high95": 0.975}


def parsed(positions, interval_ps):
    """A kinisi trajectory of one run, [frame][ion][3] in Å."""
    frames, ions, _ = positions.shape
    coords = sc.array(dims=["time", "particle", "dimension"], values=positions / EDGE + 0.5)
    lattice = sc.array(dims=["time", "dimension1", "dimension2"], values=np.tile(EDGE * np.eye(3), (frames, 1, 1)),
                       unit="angstrom")
    return Parser(coords=coords, latt=lattice, time_step=sc.scalar(interval_ps, unit="ps"),
                  step_skip=sc.scalar(1, unit="dimensionless"),
                  specie_indices=sc.array(dims=["particle"], values=np.arange(ions)),
                  drift_indices=sc.array(dims=["particle"], values=[], dtype="int64"))


def diffusivity(runs, interval_ps):
    """Samples of D, a kinisi `Samples` in cm²/s; None where kinisi fails, as it does where no ion moves."""
    parts = [parsed(run, interval_ps) for run in runs]
    trajectory = parts[0]
    if len(parts) > 1:
        trajectory.displacements = sc.concat([part.displacements for part in parts], "particle")
    analyzer = DiffusionAnalyzer(trajectory)
    analyzer._dg = calculate_msd(trajectory, progress=False)
    try:
        analyzer.diffusion(sc.scalar(0.0, unit="ps"), progress=False)
    except (ValueError, np.linalg.LinAlgError):
        return None
    return analyzer.D if np.all(np.isfinite(analyzer.D.values)) else None


def finding(quantity, truth, samples):
    result = {"quantity": quantity, "truth": truth}
    if samples is not None and np.all(np.isfinite(samples)):
        result["value"] = float(np.mean(samples))
        result.update({name: float(np.quantile(samples, level)) for name, level in QUANTILES.items()})
    return result


def sweep(header, samples):
    """Ea and D at 300 K from the samples at each temperature that has any."""
    points = [(t, sc.mean(s).value, sc.var(s, ddof=1).value, s.unit)
              for t, s in zip(header["temperatures_K"], samples) if s is not None]
    energy = room = None
    if len(points) >= 2:
        temperatures, values, variances, units = zip(*points)
        data = sc.DataArray(
            data=sc.array(dims=["temperature"], values=values, variances=variances, unit=units[0]),
            coords={"temperature": sc.array(dims=["temperature"], values=temperatures, unit="K")})
        with contextlib.suppress(ValueError, np.linalg.LinAlgError):
            fit = Arrhenius(data)
            fit.mcmc()
            energy = fit.activation_energy.values
            room = 1e4 * fit.extrapolate(sc.scalar(300.0, unit="K")).values
    return [finding("Ea", header["activation_energy_eV"], energy),
            finding("sigma300", header["room_diffusivity_A2_per_ps"], room),
            finding("sigma300_line", header["line_room_diffusivity_A2_per_ps"], room)]


def analyse(path):
    warnings.simplefilter("ignore")
    header = json.loads(path.read_text())
    shape = [len(header["temperatures_K"]), *header["shape"]]
    positions = np.fromfile(path.with_suffix(".f32"), dtype="<f4").astype(np.float64).reshape(shape)
    # The same numbers whatever sets were analysed before.
    np.random.seed(header["set"])
    samples = []
    with contextlib.redirect_stderr(io.StringIO()):
        for runs in positions:
            samples.append(diffusivity(runs, header["frame_interval_ps"]))
        if header.get("activation_energy_eV") is None:
            # 1 cm²/s = 10⁴ Å²/ps.
            found = [finding("D", truth, None if s is None else 1e4 * s.values)
                     for truth, s in zip(header["diffusivity_A2_per_ps"], samples)]
        else:
            found = sweep(header, samples)
    return header["row"], {"set": header["set"], "findings": found}


def done(folder, row):
    """Sets with a whole line; one that was cut short is removed."""
    path = folder / f"{row}.jsonl"
    if not path.exists():
        return set()
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return {json.loads(line)["set"] for line in whole.splitlines()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exported", type=pathlib.Path)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--rows")
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    wanted = options.rows.split(",") if options.rows else None
    todo = []
    known = {}
    for path in options.exported.glob("*.json"):
        row, number = path.stem.rsplit("-", 1)
        if int(number) >= options.sets or (wanted and row not in wanted):
            continue
        if int(number) not in known.setdefault(row, done(options.results, row)):
            todo.append((int(number), row, path))
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for row, record in pool.imap_unordered(analyse, [path for _, _, path in sorted(todo)]):
            with open(options.results / f"{row}.jsonl", "a") as file:
                file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
