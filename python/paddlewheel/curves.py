"""Curves of results.h5."""
import re

import xarray

from .errors import StudyError
from .units import pretty

# Curves without series: the name, what it is over, and its error where there is one.
_SINGLE = {
    "msd": ("lag", "msd_error"),
    "active_fraction": ("active_cutoff", None),
    "active_fraction_max": ("active_cutoff", None),
}


def read_curve_names(file):
    names = set()
    for number in file["sets"]:
        for _, group in _temperatures(file, number):
            names |= {name for name in _SINGLE if name in group}
            names |= set(group.get("observables", {}))
    return sorted(names)


def _temperatures(file, key):
    """Temperature and group, of one set; what else is there belongs to the set as a whole."""
    for label, group in file["sets"][key].items():
        match = re.fullmatch(r"T(.+)K", label)
        if match:
            yield float(match[1]), group


def read_curve(file, name, number):
    """The curve of one set, over temperature_K, series and x."""
    key = f"{number:04d}"
    if key not in file["sets"]:
        raise StudyError(f"{file.filename}: found {len(file['sets'])} sets of runs, wanted number {number}")
    parts = []
    for temperature, group in _temperatures(file, key):
        lines = _lines(group, name)
        if lines:
            part = xarray.concat(lines, dim="series", join="outer", combine_attrs="override")
            parts.append(part.expand_dims(temperature_K=[temperature]))
    if not parts:
        raise StudyError(f"{file.filename}: found no curve {name!r}, there are: {', '.join(read_curve_names(file))}")
    curve = xarray.concat(parts, dim="temperature_K", join="outer", combine_attrs="override").sortby("temperature_K")
    curve.attrs["name"] = name
    curve["temperature_K"].attrs["units"] = "K"
    return curve


def _lines(group, name):
    if name in _SINGLE:
        x, error = _SINGLE[name]
        if name not in group:
            return []
        return [_line(group[x], group[name], group[error] if error else None, "")]
    series = group.get(f"observables/{name}", {})
    return [_line(each["x"], each["value"], each.get("error"), label) for label, each in series.items()]


def _line(x, value, error, series):
    unit = {"units": pretty(value.attrs.get("unit", "1"))}
    values = {"value": ("x", value[()], unit)}
    if error is not None and error.shape == value.shape:
        values["error"] = ("x", error[()], unit)
    line = xarray.Dataset(values, coords={"x": ("x", x[()], {"units": pretty(x.attrs.get("unit", "1"))})})
    return line.expand_dims(series=[series])
