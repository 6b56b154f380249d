"""Runs of a study."""
import functools
import json
import pathlib
import re

import h5py
import numpy
import pandas

from .errors import StudyError
from .units import pretty


class Run:
    """A run's folder. Frames are in the groups `all` (atoms), `mobile` (mobile ions) and `anions` (centres and orientations),
    each with its own interval."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def __repr__(self):
        return f"Run({str(self.path)!r})"

    @property
    def name(self):
        return self.path.name

    @property
    def index(self):
        """The run's number, by which commands name it."""
        match = re.match(r"\d+", self.name)
        if match is None:
            raise StudyError(f"{self.path}: found a folder, wanted one that a run's number begins")
        return int(match[0])

    @property
    def state(self):
        """state.json: `state`, `step`, `time_ps`, `ns_per_day`… Empty before the run has started."""
        path = self.path / "state.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as problem:
            raise StudyError(f"{path}: damaged: {problem}") from problem

    @property
    def trajectory_path(self):
        """An H5MD file over those of the ranks, which lie beside it; there when the run has ended."""
        return self.path / "trajectory.h5"

    @functools.cached_property
    def groups(self):
        """The groups of particles with frames."""
        with self._file() as file:
            return sorted(name for name, group in file["particles"].items() if "position" in group)

    @functools.cached_property
    def observables(self):
        """Energies, temperature, pressure and volume over time, a row for each record; tensors are their diagonal's mean."""
        # The first rank's file has all records, the one over those of all ranks those of its frames.
        own = self.path / "rank-0000.h5"
        with self._file(own if own.is_file() else self.trajectory_path) as file:
            group = file["observables"]
            clock = next((each for each in group.values() if "time" in each), None)
            if clock is None:
                raise StudyError(f"{file.filename}: found no observable with times")
            columns, units = {"time_ps": clock["time"][()]}, {"time_ps": "ps"}
            for name, each in group.items():
                values = each["value"]
                if values.shape[0] != len(columns["time_ps"]):
                    continue
                if values.ndim == 1:
                    columns[name] = values[()]
                elif values.shape[1:] == (3, 3):
                    columns[name] = numpy.trace(values[()], axis1=1, axis2=2) / 3
                else:
                    continue
                units[name] = pretty(values.attrs.get("unit", "1"))
        table = pandas.DataFrame(columns)
        table.attrs["units"] = units
        return table

    def universe(self, group="all", **options):
        """The frames of a group as an MDAnalysis.Universe (Å, ps), with the names of elements or ions as `names`, `types` and,
        for atoms, `elements`. Positions are unwrapped."""
        try:
            import MDAnalysis
        except ImportError as problem:
            raise ImportError("universes need the package MDAnalysis: pip install MDAnalysis h5py") from problem
        species = self.species(group)
        universe = MDAnalysis.Universe.empty(len(species), trajectory=False)
        universe.add_TopologyAttr("names", species)
        universe.add_TopologyAttr("types", species)
        if group == "all":
            universe.add_TopologyAttr("elements", species)
        with self._file() as file:
            is_first = next(iter(file["particles"])) == group
        if is_first:
            # Frame by frame; this reader takes the first group of a file.
            universe.load_new(str(self.trajectory_path), format="H5MD", **options)
        else:
            times, cells, positions = self.positions(group)
            boxes = numpy.array([MDAnalysis.lib.mdamath.triclinic_box(*cell) for cell in cells])
            interval = float(times[1] - times[0]) if len(times) > 1 else 1.0
            universe.load_new(positions, dimensions=boxes, dt=interval, time_offset=float(times[0]), **options)
        return universe

    def atoms(self, group="all", frames=slice(None)):
        """Frames as a list of ase.Atoms, periodic, positions unwrapped in Å; `info` has `time_ps` and `step`. Ions of several
        atoms have no element: they come as X, with their names in `arrays["species"]`."""
        try:
            import ase
        except ImportError as problem:
            raise ImportError("atoms need the package ase: pip install ase") from problem
        species = self.species(group)
        symbols = [name if name in ase.data.atomic_numbers else "X" for name in species]
        found = []
        with self._file() as file:
            part = self._group(file, group)
            edges = part["box/edges"]
            count = part["position/value"].shape[0]
            for k in range(count)[frames] if isinstance(frames, slice) else frames:
                each = ase.Atoms(symbols, positions=part["position/value"][k], cell=edges["value"][k], pbc=True)
                each.info.update(time_ps=float(edges["time"][k]), step=int(edges["step"][k]))
                each.set_array("species", numpy.array(species))
                found.append(each)
        return found

    def species(self, group="all"):
        """The element or the ion of each particle."""
        with self._file() as file:
            numbers = self._group(file, group)["species"]
            names = {number: name for name, number in (h5py.check_enum_dtype(numbers.dtype) or {}).items()}
            return [names.get(int(number), str(number)) for number in numbers[()]]

    def positions(self, group="all"):
        """times in ps, cells (frames, 3, 3) and unwrapped positions (frames, particles, 3) in Å."""
        with self._file() as file:
            part = self._group(file, group)
            return part["box/edges/time"][()], part["box/edges/value"][()], part["position/value"][()]

    def _group(self, file, group):
        if group not in file["particles"]:
            raise StudyError(f"{file.filename}: found no group {group!r}, there are: {', '.join(file['particles'])}")
        return file[f"particles/{group}"]

    def _file(self, path=None):
        path = path or self.trajectory_path
        if not path.is_file():
            raise StudyError(f"{path}: not there; the run is {self.state.get('state', 'not started')}")
        try:
            return h5py.File(path, "r")
        except OSError as problem:
            raise StudyError(f"{path}: can't read it: {problem}") from problem
