"""Mean squared displacement and diffusivity of a trajectory by pymatgen-analysis-diffusion, as JSON.

Arguments: file (a line per frame, x y z of each atom, Å, unwrapped), mobile ions (they come first),
frame interval in fs, least number of observations of a lag.
"""
import json
import sys
import warnings

import numpy
from pymatgen.analysis.diffusion.analyzer import DiffusionAnalyzer, get_diffusivity_from_msd
from pymatgen.core import Lattice, Structure

warnings.simplefilter("ignore")
path, mobile, interval, observations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
rows = numpy.loadtxt(path)
positions = rows.reshape(len(rows), -1, 3)
atoms = positions.shape[1]
structure = Structure(
    Lattice.cubic(100), ["Na"] * mobile + ["B"] * (atoms - mobile), positions[0], coords_are_cartesian=True)
displacements = numpy.transpose(positions - positions[0], (1, 0, 2))
# "max" is its mode that averages over all time origins; the drift of all that is not Na is taken off.
analyzer = DiffusionAnalyzer(
    structure, displacements, "Na", 600, time_step=interval, step_skip=1, smoothed="max",
    min_obs=observations)
# Its own window of lags; the ordinary fit is the one that it makes without smoothing.
diffusivity, _ = get_diffusivity_from_msd(analyzer.msd, analyzer.dt, smoothed=False)
print(json.dumps({
    "lag_fs": [int(t) for t in analyzer.dt], "msd_A2": list(map(float, analyzer.msd)),
    "diffusivity_cm2_per_s": float(diffusivity)}))
