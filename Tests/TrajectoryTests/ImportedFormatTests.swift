import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// Trajectories written by other programs are read with their exact content.
@Suite(.needs(.python)) struct ImportedFormatTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The content that the script wrote, apart from the files.
  private struct Truth: Decodable {
    var elements: [String]
    var cells: [[[Double]]]
    var positions: [[[Double]]]
  }

  /// Eight atoms in a triclinic cell that changes, or not, over six frames: `cells`, unwrapped `r`, wrapped `w`.
  private static let preamble = """
    import sys, json, warnings
    warnings.simplefilter("ignore")
    import numpy as np
    folder, changes = sys.argv[1], sys.argv[2] == "changes"
    rng = np.random.default_rng(5)
    elements = ["Na"] * 3 + ["B"] + ["H"] * 4
    T, N = 6, len(elements)
    cells = np.array([np.array([[9.0, 0, 0], [2.0, 8.0, 0], [-1.5, 3.0, 10.0]]) for t in range(T)])
    if changes:
      cells *= (1 + 0.01 * np.arange(T))[:, None, None]
    r = (rng.random((N, 3)) @ cells[0])[None] + np.cumsum(rng.normal(0, 0.4, (T, N, 3)), axis=0)
    s = np.einsum("tni,tij->tnj", r, np.linalg.inv(cells))
    w = np.einsum("tni,tij->tnj", s - np.floor(s), cells)
    image = np.floor(s).astype(int)
    json.dump({"elements": elements, "cells": cells.tolist(), "positions": r.tolist()}, open(folder + "/truth", "w"))

    """

  private func make(_ script: String, changes: Bool) throws -> Truth {
    _ = try Python.run(Self.preamble + script, [folder.path, changes ? "changes" : "stays"])
    return try JSONDecoder().decode(
      Truth.self, from: Data(contentsOf: URL(fileURLWithPath: folder.file("truth"))))
  }

  private func hints(_ change: (inout ImportHints) -> Void = { _ in }) -> ImportHints {
    var hints = ImportHints()
    hints.mobile = "Na"
    change(&hints)
    return hints
  }

  /// - Parameter tolerance: from the format's number of digits, Å.
  private func check(
    _ name: String, _ truth: Truth, _ hints: ImportHints, tolerance: Double, isUnwrapped: Bool = false,
    interval_ps: Double = 0.1
  ) throws {
    let run = try ImportedRun([folder.file(name)], format: nil, hints: hints)
    #expect(run.atoms.elements == truth.elements)
    #expect(abs(run.clock.frameInterval_ps - interval_ps) < 1e-9)
    var frames = 0
    while let frame = try run.next() {
      let wanted = truth.cells[frames].map { Vector3($0[0], $0[1], $0[2]) }
      for (a, b) in zip(frame.cell.vectors, wanted) { #expect(length(a - b) < tolerance, "\(a) \(b)") }
      for (r, p) in zip(frame.positions, truth.positions[frames]) {
        var d = r - Vector3(p[0], p[1], p[2])
        if !isUnwrapped { d -= frame.cell.cartesian(frame.cell.fractional(d).rounded(.toNearestOrEven)) }
        #expect(length(d) < tolerance, "frame \(frames): \(d)")
      }
      #expect(frame.isUnwrapped == isUnwrapped)
      #expect(frame.positions.count == truth.elements.count)
      frames += 1
    }
    #expect(frames == truth.cells.count)
  }

  @Test(arguments: [false, true]) func extXYZOfASE(changes: Bool) throws {
    let truth = try make(
      """
      import ase, ase.io
      ase.io.write(folder + "/a.extxyz", [ase.Atoms(elements, positions=w[t], cell=cells[t], pbc=True,
        info={"energy": -1.5, "step": 20 * t, "note": "two words"}) for t in range(T)], columns=["numbers", "symbols", "positions"])
      """, changes: changes)
    // ASE writes eight digits after the point.
    try check("a.extxyz", truth, hints { $0.timestep_ps = 0.005 }, tolerance: 1e-7)
  }

  @Test(arguments: ["ase", "pymatgen"], [false, true]) func xdatcar(writer: String, changes: Bool) throws {
    // pymatgen writes one cell for all.
    if writer == "pymatgen", changes { return }
    let truth = try make(
      writer == "ase"
        ? """
        import ase, ase.io
        ase.io.write(folder + "/XDATCAR", [ase.Atoms(elements, positions=w[t], cell=cells[t], pbc=True)
          for t in range(T)], format="vasp-xdatcar")
        """
        : """
        from pymatgen.core import Lattice, Structure
        from pymatgen.io.vasp.outputs import Xdatcar
        one = Structure(Lattice(cells[0]), elements, w[0], coords_are_cartesian=True)
        head = "x\\n1.0\\n" + "\\n".join(" ".join(map(str, v)) for v in cells[0].tolist()) + "\\nNa B H\\n3 1 4\\n"
        with open(folder + "/in", "w") as f:
          f.write(head)
          for t in range(T):
            f.write(f"Direct configuration= {t + 1}\\n" + "".join(f"{a:.12f} {b:.12f} {c:.12f}\\n" for a, b, c in (s - np.floor(s))[t]))
        Xdatcar(folder + "/in").write_file(folder + "/XDATCAR", significant_figures=10)
        """, changes: changes)
    // ASE writes eight digits of a share of 10 Å, and lattice vectors with six to nine.
    try check("XDATCAR", truth, hints { $0.frameInterval_ps = 0.1 }, tolerance: 2e-6)
  }

  @Test func h5mdOfMDAnalysis() throws {
    let truth = try make(
      """
      import MDAnalysis as mda
      u = mda.Universe.empty(N, trajectory=True)
      with mda.Writer(folder + "/m.h5md", n_atoms=N, lengthunit="nm", timeunit="ps") as writer:
        for t in range(T):
          u.dimensions = mda.lib.mdamath.triclinic_box(*cells[t])
          u.atoms.positions = w[t]
          u.trajectory.ts.time = 0.1 * t
          u.trajectory.ts.data["step"] = 100 * t
          writer.write(u.atoms)
      """, changes: true)
    // No species there; single precision of 10 Å, and cells that went through angles in single precision.
    let hints = hints { $0.elements = .inOrder([("Na", 3), ("B", 1), ("H", 4)]) }
    try check("m.h5md", truth, hints, tolerance: 1e-5)
  }

  /// As LAMMPS's `dump h5md` and others do: image flags, atoms that change places, atomic numbers, nm and fs.
  @Test(arguments: ["numbers", "names", "types"]) func h5mdWithImagesAndIDs(species: String) throws {
    let truth = try make(
      """
      import h5py
      f = h5py.File(folder + "/o.h5", "w")
      f.create_group("h5md").attrs["version"] = [1, 1]
      g = f.create_group("particles/salt")
      box = g.create_group("box")
      box.attrs["dimension"] = 3
      box.attrs["boundary"] = np.array([b"periodic"] * 3)
      order = np.array([rng.permutation(N) for t in range(T)])
      take = lambda x: np.array([x[t][order[t]] for t in range(T)])
      def series(name, value, unit=None):
        e = g.create_group(name)
        e["value"] = value
        e["step"] = 50
        e["time"] = 100.0
        e["time"].attrs["unit"] = "fs"
        if unit: e["value"].attrs["unit"] = unit
      series("position", take(w) / 10, "nm")
      series("image", take(image))
      series("id", order + 7)
      series("box/edges", cells / 10, "nm")
      if "\(species)" == "names":
        kind = h5py.enum_dtype({"H": 5, "B": 2, "Na": 9}, basetype="u1")
        g.create_dataset("species", data=[{"H": 5, "B": 2, "Na": 9}[elements[i]] for i in order[0]], dtype=kind)
      else:
        table = {"H": 1, "B": 5, "Na": 11} if "\(species)" == "numbers" else {"H": 1, "B": 2, "Na": 3}
        g["species"] = [table[elements[i]] for i in order[0]]
      """, changes: true)
    let hints = hints { if species == "types" { $0.elements = .ofTypes([1: "H", 2: "B", 3: "Na"]) } }
    try check("o.h5", truth, hints, tolerance: 1e-9, isUnwrapped: true)
  }

  private static let dumps: [(columns: String, row: String, bounds: String, isUnwrapped: Bool)] = [
    ("id type x y z", "{i} {types[i]} {w[t,i,0]} {w[t,i,1]} {w[t,i,2]}", "restricted", false),
    ("zu yu id mass xu q", "{r[t,i,2]} {r[t,i,1]} {i} {mass[i]} {r[t,i,0]} 0.5", "restricted", true),
    ("xs ys zs element id", "{f[t,i,0]} {f[t,i,1]} {f[t,i,2]} {elements[i]} {i}", "general", false),
    ("id element xsu ysu zsu", "{i} {elements[i]} {s[t,i,0]} {s[t,i,1]} {s[t,i,2]}", "restricted", true),
    (
      "id element x y z ix iy iz",
      "{i} {elements[i]} {w[t,i,0]} {w[t,i,1]} {w[t,i,2]} {image[t,i,0]} {image[t,i,1]} {image[t,i,2]}",
      "restricted", true
    ),
  ]

  /// Every kind of coordinates, in the box of LAMMPS's tilted cells and in that of its general ones; atoms in
  /// any order, the time as `ITEM: TIME`, or by the step.
  @Test(arguments: dumps.indices) func lammpsDump(index: Int) throws {
    let dump = Self.dumps[index]
    let truth = try make(
      """
      types = [{"Na": 4, "B": 1, "H": 2}[e] for e in elements]
      mass = [{"Na": 22.99, "B": 10.81, "H": 1.008}[e] for e in elements]
      f = s - np.floor(s)
      origin = np.array([-1.0, 2.0, 3.5])
      w += origin
      r += origin
      with open(folder + "/d.dump", "w") as out:
        for t in range(T):
          (lx, _, _), (xy, ly, _), (xz, yz, lz) = cells[t]
          low, high = origin, origin + [lx, ly, lz]
          if "\(dump.bounds)" == "restricted":
            out.write("ITEM: UNITS\\nreal\\nITEM: TIME\\n%g\\n" % (100.0 * t) if t == 0 else "ITEM: TIME\\n%g\\n" % (100.0 * t))
            box = "xy xz yz pp pp pp\\n" + "".join("%.12f %.12f %.12f\\n" % b for b in (
              (low[0] + min(0, xy, xz, xy + xz), high[0] + max(0, xy, xz, xy + xz), xy),
              (low[1] + min(0, yz), high[1] + max(0, yz), xz), (low[2], high[2], yz)))
          else:
            box = "abc origin pp pp pp\\n" + "".join("%.12f %.12f %.12f %.12f\\n" % (*cells[t][k], origin[k]) for k in range(3))
          out.write(f"ITEM: TIMESTEP\\n{200 * t}\\nITEM: NUMBER OF ATOMS\\n{N}\\nITEM: BOX BOUNDS {box}ITEM: ATOMS \(dump.columns)\\n")
          for i in rng.permutation(N):
            out.write(f"\(dump.row)\\n")
      """, changes: true)
    let hints = hints {
      if dump.columns.contains("type") { $0.elements = .ofTypes([4: "Na", 1: "B", 2: "H"]) }
      if dump.bounds == "general" { $0.timestep_ps = 0.0005 }
    }
    try check("d.dump", truth, hints, tolerance: 1e-9, isUnwrapped: dump.isUnwrapped)
  }
}
