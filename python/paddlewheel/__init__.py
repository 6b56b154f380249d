"""Reads studies of Paddlewheel: results as pandas tables and xarray curves, runs as MDAnalysis universes and ASE atoms.

>>> study = paddlewheel.Study("quickstart")
>>> study.diffusivities[["temperature_K", "diffusivity_cm2_per_s"]]
>>> study.diffusivities.attrs["units"]["diffusivity_cm2_per_s"]
'cm²/s'
>>> study.curve("msd").sel(temperature_K=700).plot()
>>> study.runs[0].universe("mobile").trajectory.n_frames

Nothing is written, and the program `paddlewheel` is not needed.
"""
from .errors import StudyError
from .runs import Run
from .study import Study

__all__ = ["Run", "Study", "StudyError"]
