"""Compares the MSD of a run's record with MDAnalysis's and pymatgen's: RUN_FOLDER CURVE OUTPUT."""
import glob
import json
import sys

import h5py
import MDAnalysis
import numpy as np
from MDAnalysis.analysis.msd import EinsteinMSD
from pymatgen.analysis.diffusion.analyzer import _msd_from_positions_fft

folder, curve, output = sys.argv[1:]
files = [h5py.File(path) for path in sorted(glob.glob(f"{folder}/rank-*.h5"))]
positions = np.concatenate([f["particles/mobile/position/value"][:] for f in files], axis=1)
ours = np.fromfile(curve)

universe = MDAnalysis.Universe.empty(positions.shape[1], trajectory=True)
universe.load_new(positions, order="fac", dt=0.05)
msd = EinsteinMSD(universe, select="all", fft=True)
msd.run()
peers = {
    "MDAnalysis": msd.results.timeseries,
    "pymatgen": _msd_from_positions_fft(positions.transpose(1, 0, 2)).sum(axis=2).mean(axis=0),
}
worst = {name: float(np.max(np.abs(ours - peer)[1:] / peer[1:])) for name, peer in peers.items()}
with open(output, "w") as file:
    json.dump({"frames": len(ours), "worst": worst}, file)
