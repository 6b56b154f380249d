"""Tests of the module on a finished study, whose folder is in PADDLEWHEEL_TEST_STUDY: what it gives is compared with the files
of the results, read by other means.

python -m unittest discover -s python/tests
"""
import csv
import json
import math
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import h5py  # noqa: E402
import numpy  # noqa: E402

import paddlewheel  # noqa: E402

FOLDER = pathlib.Path(os.environ.get("PADDLEWHEEL_TEST_STUDY", ""))


def rows(name):
    with open(FOLDER / "results" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else math.nan


class StudyTests(unittest.TestCase):
    def setUp(self):
        self.study = paddlewheel.Study(FOLDER)

    def same(self, values, texts):
        numpy.testing.assert_allclose(numpy.array(values, dtype=float), [number(text) for text in texts], rtol=1e-12)

    def test_diffusivities_are_those_of_the_table(self):
        table, expected = self.study.diffusivities, rows("diffusivity")
        self.assertEqual(len(table), len(expected))
        for column, named in [("temperature_K", "temperature_K"), ("diffusivity_cm2_per_s", "diffusivity_cm2_per_s"),
                              ("upper_bound_cm2_per_s", "diffusivity_upper_bound_95_cm2_per_s"), ("hops", "hops"),
                              ("diffusivity_low_95_cm2_per_s", "diffusivity_low_95_cm2_per_s")]:
            self.same(table[column], [row[named] for row in expected])
        self.assertEqual(table.attrs["units"]["diffusivity_cm2_per_s"], "cm²/s")
        self.assertEqual(table.attrs["units"]["temperature_K"], "K")
        self.assertNotIn("hops", table.attrs["units"])
        self.assertEqual(list(table["mobile"]), [row["mobile"] for row in expected])

    def test_activation_energy(self):
        table, expected = self.study.activation_energy, rows("arrhenius")
        self.same(table["activation_energy_eV"], [row["activation_energy_eV"] for row in expected])
        self.assertEqual(list(table["outcome"]), [row["outcome"] for row in expected])
        self.assertEqual(table.attrs["units"]["activation_energy_eV"], "eV")

    def test_observables(self):
        table = self.study.observables
        expected = {(row["temperature_K"] and float(row["temperature_K"]), row["observable"], row["series"]): row
                    for row in rows("observables")}
        at_temperatures = table[table["temperature_K"].notna()]
        self.assertGreater(len(at_temperatures), 10)
        for row in at_temperatures.itertuples():
            other = expected[(row.temperature_K, row.name, row.series)]
            self.assertEqual(row.unit, other["unit"])
            numpy.testing.assert_allclose(math.nan if row.value is None else row.value, number(other["value"]), rtol=1e-12)

    def test_curves_are_those_of_the_tables(self):
        msd = self.study.curve("msd")
        self.assertEqual(msd["value"].attrs["units"], "Å²")
        self.assertEqual(msd["x"].attrs["units"], "ps")
        for row in rows("msd"):
            value = msd["value"].sel(temperature_K=float(row["temperature_K"]), x=float(row["lag_ps"])).item()
            numpy.testing.assert_allclose(value, float(row["msd_A2"]), rtol=1e-12)
        name = "pair-distribution"
        self.assertIn(name, self.study.curve_names)
        curve = self.study.curve(name)
        for row in rows(name)[:: 17]:
            value = curve["value"].sel(
                temperature_K=float(row["temperature_K"]), series=row["series"]).sel(x=float(row["x_A"])).item()
            numpy.testing.assert_allclose(value, float(row["value"]), rtol=1e-12)

    def test_every_curve_can_be_read(self):
        for name, curve in self.study.curves.items():
            self.assertGreater(curve["value"].size, 0, name)
            self.assertIn("units", curve["value"].attrs)

    def test_runs(self):
        runs = self.study.runs
        self.assertEqual([run.index for run in runs], list(range(len(runs))))
        self.assertEqual({run.state["state"] for run in runs}, {"done"})
        table = runs[0].observables
        self.assertEqual(table.attrs["units"]["potential_energy"], "eV")
        with h5py.File(runs[0].path / "rank-0000.h5") as file:
            numpy.testing.assert_array_equal(table["time_ps"][:2], file["observables/conserved_energy/time"][:2])

    def test_universe_and_atoms_are_the_frames_of_the_ranks(self):
        run = self.study.runs[0]
        merged = {}
        for path in sorted(run.path.glob("rank-*.h5")):
            with h5py.File(path) as file:
                group = file["particles/all"]
                for k, particle in enumerate(group["id"][()]):
                    merged[int(particle)] = group["position/value"][-1, k]
        expected = numpy.array([merged[particle] for particle in sorted(merged)])
        universe = run.universe()
        universe.trajectory[-1]
        numpy.testing.assert_allclose(universe.atoms.positions, expected, atol=1e-4)
        self.assertIn("Na", set(universe.atoms.elements))
        atoms = run.atoms(frames=slice(-1, None))[0]
        numpy.testing.assert_allclose(atoms.positions, expected, atol=1e-4)
        self.assertEqual(list(atoms.symbols), run.species())
        self.assertTrue(all(atoms.pbc))
        numpy.testing.assert_allclose(atoms.cell.lengths(), universe.dimensions[:3], rtol=1e-5)

    def test_mobile_ions_and_anions(self):
        run = self.study.runs[0]
        times, cells, positions = run.positions("mobile")
        universe = run.universe("mobile")
        self.assertEqual(universe.trajectory.n_frames, len(times))
        universe.trajectory[1]
        numpy.testing.assert_allclose(universe.atoms.positions, positions[1], atol=1e-5)
        numpy.testing.assert_allclose(universe.trajectory.time, times[1], rtol=1e-6)
        self.assertEqual(set(run.atoms("anions", frames=[0])[0].get_chemical_symbols()), {"X"})

    def test_what_is_missing_is_named(self):
        with self.assertRaisesRegex(paddlewheel.StudyError, "found no study.yaml"):
            paddlewheel.Study(FOLDER / "results")
        with self.assertRaisesRegex(paddlewheel.StudyError, "no curve 'nothing'"):
            self.study.curve("nothing")
        with self.assertRaisesRegex(paddlewheel.StudyError, "no group 'nothing'"):
            self.study.runs[0].species("nothing")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(FOLDER / "study.yaml", folder)
            empty = paddlewheel.Study(folder)
            with self.assertRaisesRegex(paddlewheel.StudyError, "paddlewheel aggregate writes it"):
                _ = empty.diffusivities
            results = pathlib.Path(folder) / "results"
            results.mkdir()
            (results / "summary.json").write_text("{")
            with self.assertRaisesRegex(paddlewheel.StudyError, "summary.json: damaged"):
                _ = paddlewheel.Study(folder).summary
            (results / "results.h5").write_text("text")
            with self.assertRaisesRegex(paddlewheel.StudyError, "can't read it"):
                paddlewheel.Study(folder).curve("msd")

    def test_nothing_is_written(self):
        def listing():
            return {path: path.stat().st_mtime_ns for path in FOLDER.rglob("*")}
        before = listing()
        _ = self.study.diffusivities, self.study.observables, self.study.curves, self.study.runs[0].universe()
        # MDAnalysis keeps offsets of some formats beside them; none of this one.
        self.assertEqual(listing(), before)
        self.assertTrue(json.loads((FOLDER / "results/summary.json").read_text())["study"])


if __name__ == "__main__":
    unittest.main()
