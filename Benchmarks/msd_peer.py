"""One peer's mean squared displacement of a record: PEER FILE CURVE; scripts/bench-msd starts it.

Times from the opening of the file to the averaged curve; imports and the start of Python are left out.
"""
import json
import sys
import tempfile
import time
import warnings

import h5py
import numpy as np

warnings.filterwarnings("ignore")
POSITIONS = "particles/mobile/position/value"


def mdanalysis_memory(path):
    import MDAnalysis
    from MDAnalysis.analysis.msd import EinsteinMSD

    def run():
        with h5py.File(path) as file:
            positions = file[POSITIONS][:]
        universe = MDAnalysis.Universe.empty(positions.shape[1], trajectory=True)
        universe.load_new(positions, order="fac", dt=0.05)
        return EinsteinMSD(universe, select="all", fft=True).run().results.timeseries
    return run


def mdanalysis_h5md(path):
    import MDAnalysis
    from MDAnalysis.analysis.msd import EinsteinMSD

    # It wants observables at every record, which the walk has not and nobody needs: a file that links to the rest.
    links = f"{tempfile.mkdtemp()}/links.h5md"
    with h5py.File(path) as file, h5py.File(links, "w") as new:
        ions = file[POSITIONS].shape[1]
        file.copy("h5md", new)
        new["particles"] = h5py.ExternalLink(path, "/particles")

    def run():
        universe = MDAnalysis.Universe.empty(ions, trajectory=True)
        universe.load_new(links, format="H5MD")
        return EinsteinMSD(universe, select="all", fft=True).run().results.timeseries
    return run


def pymatgen_fft(path):
    from pymatgen.analysis.diffusion.analyzer import _msd_from_positions_fft

    def run():
        with h5py.File(path) as file:
            positions = file[POSITIONS][:]
        return _msd_from_positions_fft(positions.transpose(1, 0, 2)).sum(axis=2).mean(axis=0)
    return run


def pymatgen_analyzer(path):
    """What its users call: some 200 lags, and D, with an atom at rest for the frame that it wants."""
    from pymatgen.analysis.diffusion.analyzer import DiffusionAnalyzer
    from pymatgen.core import Lattice, Structure

    def run():
        with h5py.File(path) as file:
            positions = file[POSITIONS][:].transpose(1, 0, 2)
        ions, frames = positions.shape[:2]
        displacements = np.zeros((ions + 1, frames, 3))
        displacements[:ions] = positions - positions[:, :1]
        structure = Structure(Lattice.cubic(20), ["Na"] * ions + ["B"], np.zeros((ions + 1, 3)))
        analyzer = DiffusionAnalyzer(structure, displacements, "Na", 500, 1, 50, smoothed="max", min_obs=30)
        curve = np.full(frames, np.nan)
        curve[np.round(analyzer.dt / 50).astype(int)] = analyzer.msd
        return curve
    return run


PEERS = {
    "mdanalysis-memory": mdanalysis_memory,
    "mdanalysis-h5md": mdanalysis_h5md,
    "pymatgen-fft": pymatgen_fft,
    "pymatgen-analyzer": pymatgen_analyzer,
}

if __name__ == "__main__":
    name, path, curve = sys.argv[1:]
    run = PEERS[name](path)
    start, cpu = time.perf_counter(), time.process_time()
    values = run()
    result = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}
    np.asarray(values, dtype=np.float64).tofile(curve)
    print(json.dumps(result))
