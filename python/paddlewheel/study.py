"""A study's folder."""
import functools
import json
import pathlib

import h5py
import pandas

from .curves import read_curve, read_curve_names
from .errors import StudyError
from .runs import Run
from .units import units_of


class Study:
    """A study that `paddlewheel run`, `plan --output` or `import` has written.

    Results are those that `paddlewheel aggregate` wrote last; properties that need them raise StudyError before that.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        if not (self.path / "study.yaml").is_file():
            raise StudyError(f"{self.path}: found no study.yaml, wanted a study's folder")

    def __repr__(self):
        return f"Study({str(self.path)!r})"

    @functools.cached_property
    def runs(self):
        """The runs, in the order of their indices."""
        folder = self.path / "runs"
        names = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
        return [Run(each) for each in names]

    @functools.cached_property
    def summary(self):
        """summary.json as it is."""
        return self._json("summary.json")

    @property
    def is_complete(self):
        """Whether the results are of all runs."""
        return bool(self.summary["complete"])

    @functools.cached_property
    def diffusivities(self):
        """A row for each set of runs and temperature: diffusivity or its upper bound, conductivity, active fraction, with
        errors and intervals. The axes of the sweep that tell the sets apart are columns too."""
        rows = [
            {**self._labels(number, each), **_plain(temperature, without=["observables"])}
            for number, each in enumerate(self.summary["sets"]) for temperature in each["temperatures"]
        ]
        return _table(rows)

    @functools.cached_property
    def activation_energy(self):
        """A row for each set of runs: activation energy, its error and intervals in eV, the prefactor, and the outcome, which
        says why a value is missing."""
        rows = [
            {**self._labels(number, each), **_plain(each, without=["observables", "temperatures", "extrapolated", "point"])}
            for number, each in enumerate(self.summary["sets"])
        ]
        return _table(rows)

    @functools.cached_property
    def extrapolated(self):
        """Diffusivity and conductivity at the temperatures of `analysis.extrapolate`, a row for each set and temperature."""
        rows = [
            {**self._labels(number, each), **_plain(temperature)}
            for number, each in enumerate(self.summary["sets"]) for temperature in each["extrapolated"]
        ]
        return _table(rows)

    @functools.cached_property
    def observables(self):
        """A row for each value of structure, rotation, sites and hops, with its own `unit`; those of a set as a whole, as
        activation energies of rotation, have no temperature."""
        rows = []
        for number, each in enumerate(self.summary["sets"]):
            labels = self._labels(number, each)
            rows += [{**labels, "temperature_K": None, **_plain(value)} for value in each["observables"]]
            for temperature in each["temperatures"]:
                rows += [{**labels, "temperature_K": temperature["temperature_K"], **_plain(value)}
                         for value in temperature["observables"]]
        return _table(rows)

    @functools.cached_property
    def curve_names(self):
        """The curves of the results: `msd`, `active_fraction`, and those of the observables."""
        with self._results() as file:
            return read_curve_names(file)

    def curve(self, name, set=0):
        """A curve of one set of runs as an xarray.Dataset with `value` and `error`, over temperature, series and x. A place
        where one temperature has no x of another is NaN. Units are in the attributes."""
        with self._results() as file:
            return read_curve(file, name, set)

    @property
    def curves(self):
        """All curves of the first set of runs, by name."""
        return {name: self.curve(name) for name in self.curve_names}

    def table(self, name):
        """One of the CSV files of the results, `diffusivity` or `diffusivity.csv`."""
        path = self.path / "results" / (name if name.endswith(".csv") else name + ".csv")
        if not path.is_file():
            known = ", ".join(sorted(each.stem for each in path.parent.glob("*.csv")))
            raise StudyError(f"{path}: not there; there are: {known or 'none, run paddlewheel aggregate'}")
        table = pandas.read_csv(path)
        table.attrs["units"] = units_of(table.columns)
        return table

    def _labels(self, number, each):
        return {"set": number, "mobile": each.get("mobile"), **(each.get("point") or {})}

    def _json(self, name):
        path = self.path / "results" / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StudyError(f"{path}: not there; paddlewheel aggregate writes it") from None
        except ValueError as problem:
            raise StudyError(f"{path}: damaged: {problem}") from problem

    def _results(self):
        path = self.path / "results" / "results.h5"
        if not path.is_file():
            raise StudyError(f"{path}: not there; paddlewheel aggregate writes it")
        try:
            return h5py.File(path, "r")
        except OSError as problem:
            raise StudyError(f"{path}: can't read it: {problem}") from problem


def _plain(values, without=()):
    """Without what is no value for a cell of a table; intervals become two columns."""
    row = {}
    for name, value in values.items():
        if name in without or isinstance(value, dict):
            continue
        if "interval_" in name:
            low, high = value if isinstance(value, list) and len(value) == 2 else (None, None)
            row[name.replace("interval", "low")], row[name.replace("interval", "high")] = low, high
        elif not isinstance(value, list):
            row[name] = value
    return row


def _table(rows):
    table = pandas.DataFrame(rows)
    for column in table.columns:
        # A column of None is one of numbers that are missing.
        if table[column].isna().all():
            table[column] = table[column].astype(float)
    table.attrs["units"] = units_of(table.columns)
    return table
