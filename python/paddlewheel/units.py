"""Units of columns, which stand in their names: `diffusivity_cm2_per_s`, `msd_A2`."""

# Longest first: `_A2_per_ps` ends as `_ps` does.
_SUFFIXES = [
    ("_mS_per_cm", "mS/cm"), ("_cm2_per_s", "cm²/s"), ("_A2_per_ps", "Å²/ps"), ("_per_THz", "1/THz"), ("_per_degree", "1/°"),
    ("_per_A", "1/Å"), ("_ns_per_day", "ns/day"), ("_degree", "°"), ("_lnD0_eV", "eV"), ("_eV2", "eV²"), ("_meV", "meV"),
    ("_eV", "eV"), ("_THz", "THz"), ("_GPa", "GPa"), ("_A2", "Å²"), ("_A3", "Å³"), ("_A", "Å"), ("_ps", "ps"), ("_fs", "fs"),
    ("_K", "K"), ("_e", "e"),
]


def unit_of(column):
    """The unit that a column's name ends in; None where it is a number without one, or text."""
    return next((unit for suffix, unit in _SUFFIXES if column.endswith(suffix)), None)


def units_of(columns):
    """Column to unit, of those that have one."""
    return {column: unit for column in columns if (unit := unit_of(column)) is not None}


def pretty(unit):
    """A unit of an HDF5 attribute in words: `Angstrom+3` is Å³."""
    named = {"Angstrom": "Å", "Angstrom2": "Å²", "Angstrom+2": "Å²", "Angstrom+3": "Å³"}
    return named.get(unit, unit)
