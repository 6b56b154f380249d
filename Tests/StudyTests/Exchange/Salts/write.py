"""Writes salts whose motion is known (salts.py) with the writers of other programs.

    write.py FOLDER SALT FORMAT...

Prints as JSON the truth and, for each format, the file and the options that `paddlewheel import` needs.
"""

import json
import os
import subprocess
import sys
import warnings

import numpy as np

from salts import FRAMES, INTERVAL, SALTS, decay_of_c2

warnings.simplefilter("ignore")


def ase_frames(salt, order=None):
    import ase

    order = np.arange(len(salt.elements)) if order is None else order
    elements = [salt.elements[k] for k in order]
    for number, r in enumerate(salt.wrapped):
        yield ase.Atoms(elements, positions=r[order], cell=salt.cell, pbc=True, info={"time_ps": number * INTERVAL})


def first_frame(salt, path, format):
    import ase.io

    ase.io.write(path, next(ase_frames(salt)), format=format)
    return path


def in_order(salt):
    return ",".join(f"{e}*{salt.elements.count(e)}" for e in dict.fromkeys(salt.elements))


def extxyz(salt, path):
    """ASE: atoms in any order, with times, compressed."""
    import ase.io

    order = salt.rng.permutation(len(salt.elements))
    ase.io.write(path + ".xyz.gz", list(ase_frames(salt, order)), format="extxyz")
    return {"file": path + ".xyz.gz"}


def traj(salt, path):
    import ase.io

    order = salt.rng.permutation(len(salt.elements))
    ase.io.write(path + ".traj", list(ase_frames(salt, order)), format="traj")
    return {"file": path + ".traj", "frame_interval": f"{INTERVAL} ps"}


def xdatcar(salt, path):
    import ase.io

    ase.io.write(path + ".XDATCAR", list(ase_frames(salt)), format="vasp-xdatcar")
    return {"file": path + ".XDATCAR", "frame_interval": f"{INTERVAL} ps"}


def mdanalysis(salt, path, **options):
    import MDAnalysis as mda

    u = mda.Universe.empty(len(salt.elements), trajectory=True)
    u.add_TopologyAttr("names", salt.elements)
    with mda.Writer(path, n_atoms=len(salt.elements), dt=INTERVAL, **options) as writer:
        for number, r in enumerate(salt.wrapped):
            u.dimensions = mda.lib.mdamath.triclinic_box(*salt.cell)
            u.atoms.positions = r
            u.trajectory.ts.frame, u.trajectory.ts.time, u.trajectory.ts.dt = number, number * INTERVAL, INTERVAL
            u.trajectory.ts.data["step"] = number * 50
            writer.write(u.atoms)
    return path


def dcd(salt, path):
    return {"file": mdanalysis(salt, path + ".dcd"), "topology": first_frame(salt, path + ".POSCAR", "vasp")}


def xtc(salt, path):
    return {"file": mdanalysis(salt, path + ".xtc"), "topology": first_frame(salt, path + ".top.xyz", "extxyz")}


def ncdf(salt, path):
    return {"file": mdanalysis(salt, path + ".ncdf"), "elements": in_order(salt)}


def h5md(salt, path):
    return {"file": mdanalysis(salt, path + ".h5md", lengthunit="Angstrom", timeunit="ps"), "elements": in_order(salt)}


def xyz(salt, path):
    """MDAnalysis: without cell and times."""
    cell = " ".join(f"{x:.10g}" for x in salt.cell.ravel())
    return {"file": mdanalysis(salt, path + ".xyz"), "cell": cell, "frame_interval": f"{INTERVAL} ps"}


def netcdf4(salt, path):
    """netCDF4, as LAMMPS's `dump netcdf` has it: steps and their length, types, ids in any order, images."""
    import netCDF4

    kinds = list(dict.fromkeys(salt.elements))
    types = np.array([kinds.index(e) + 1 for e in salt.elements])
    path += ".nc"
    with netCDF4.Dataset(path, "w", format="NETCDF3_64BIT_DATA") as f:
        f.Conventions, f.ConventionVersion, f.program = "AMBER", "1.0", "LAMMPS"
        sizes = [("frame", None), ("spatial", 3), ("atom", len(types)), ("cell_spatial", 3), ("cell_angular", 3)]
        for name, size in sizes:
            f.createDimension(name, size)

        def series(name, kind, *dimensions, **attributes):
            variable = f.createVariable(name, kind, ("frame", *dimensions))
            variable.setncatts(attributes)
            variable.set_auto_maskandscale(False)
            return variable

        time = series("time", "i4", units="picosecond", scale_factor=INTERVAL / 50)
        lengths = series("cell_lengths", "f8", "cell_spatial", units="Angstrom")
        angles = series("cell_angles", "f8", "cell_angular", units="degree")
        where = series("coordinates", "f4", "atom", "spatial", units="Angstrom")
        ids, kind = series("id", "i4", "atom"), series("type", "i4", "atom")
        flags = [series(name, "i4", "atom") for name in ("ix", "iy", "iz")]
        edges = np.linalg.norm(salt.cell, axis=1)
        unit = salt.cell / edges[:, None]
        for number in range(FRAMES):
            order = salt.rng.permutation(len(types))
            time[number], lengths[number] = 50 * number, edges
            angles[number] = [np.degrees(np.arccos(unit[a] @ unit[b])) for a, b in ((1, 2), (0, 2), (0, 1))]
            where[number], ids[number], kind[number] = salt.wrapped[number][order], order + 1, types[order]
            for axis, flag in enumerate(flags):
                flag[number] = salt.images[number][order, axis]
    return {"file": path, "elements": ",".join(f"{k + 1}={e}" for k, e in enumerate(kinds))}


def lammps(salt, path):
    """LAMMPS: it reads the unwrapped positions back, wraps them, and dumps them with images."""
    kinds = list(dict.fromkeys(salt.elements))
    import ase.io

    ase.io.write(path + ".data", next(ase_frames(salt)), format="lammps-data", specorder=kinds, masses=True)
    with open(path + ".points", "w") as f:
        for number, r in enumerate(salt.unwrapped):
            f.write(f"{len(r)}\nAtoms. Timestep: {number}\n")
            f.writelines(f"{kinds.index(e) + 1} {x:.6f} {y:.6f} {z:.6f}\n" for e, (x, y, z) in zip(salt.elements, r))
    script = f"""
units metal
read_data {path}.data
pair_style none
dump d all custom 1 {path}.dump id element x y z ix iy iz
dump_modify d element {" ".join(kinds)} units yes
rerun {path}.points dump x y z box no wrapped no format xyz
"""
    with open(path + ".in", "w") as f:
        f.write(script)
    program = os.environ.get("PADDLEWHEEL_LAMMPS", "lmp")
    subprocess.run([program, "-in", path + ".in", "-log", "none", "-screen", "none"], check=True)
    return {"file": path + ".dump", "timestep": f"{INTERVAL} ps"}


WRITERS = {w.__name__: w for w in (extxyz, traj, xdatcar, dcd, xtc, ncdf, h5md, xyz, netcdf4, lammps)}


def main(folder, name, *formats):
    salt = SALTS[name]()
    os.makedirs(folder, exist_ok=True)
    files = {}
    for format in formats:
        files[format] = WRITERS[format](salt, f"{folder}/{name}")
    truth = {"diffusivity": salt.diffusivity, "interval": INTERVAL, "decay_of_c2": decay_of_c2(), "files": files}
    print(json.dumps(truth))


if __name__ == "__main__":
    main(*sys.argv[1:])
