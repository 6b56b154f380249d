import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// Binary trajectories and VASP's, written by other programs' own writers, are read with their exact content.
@Suite(.needs(.python)) struct BinaryFormatTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private struct Truth: Decodable {
    var elements: [String]
    var cells: [[[Double]]]
    var positions: [[[Double]]]
  }

  /// `N` atoms in a triclinic cell over five frames: `cells`, unwrapped `r`, wrapped `w`, shares `s`. Every third atom on is near
  /// the one before, as in a molecule.
  private static let preamble = """
    import sys, json, warnings
    warnings.simplefilter("ignore")
    import numpy as np
    folder, N = sys.argv[1], int(sys.argv[2])
    rng = np.random.default_rng(N)
    T = 5
    elements = (["Na"] * (N // 3) + ["B"] * (N // 3) + ["H"] * N)[:N]
    cells = np.array([np.array([[19.0, 0, 0], [2.0, 18.0, 0], [-1.5, 3.0, 20.0]]) * (1 + 0.01 * t) for t in range(T)])
    start = rng.random((N, 3)) @ cells[0]
    for i in range(N):
      if i % 3: start[i] = start[i - 1] + rng.normal(0, 0.6, 3)
    r = start[None] + np.cumsum(rng.normal(0, 0.4, (T, N, 3)), axis=0)
    s = np.einsum("tni,tij->tnj", r, np.linalg.inv(cells))
    w = np.einsum("tni,tij->tnj", s - np.floor(s), cells)
    image = np.floor(s).astype(int)
    json.dump({"elements": elements, "cells": cells.tolist(), "positions": r.tolist()}, open(folder + "/truth", "w"))
    def universe(forms=None):
      import MDAnalysis as mda
      u = mda.Universe.empty(N, trajectory=True)
      u.add_TopologyAttr("names", [e + str(k + 1) for k, e in enumerate(elements)] if N < 90 else elements)
      u.add_TopologyAttr("elements", elements)
      u.add_TopologyAttr("resnames", ["SAL"])
      return mda, u

    """

  private func make(_ script: String, atoms: Int = 12) throws -> Truth {
    _ = try Python.run(Self.preamble + script, [folder.path, "\(atoms)"])
    return try JSONDecoder().decode(
      Truth.self, from: Data(contentsOf: URL(fileURLWithPath: folder.file("truth"))))
  }

  /// - Parameter tolerance: from the format's number of digits, Å.
  private func check(
    _ name: String, _ truth: Truth, tolerance: Double, isUnwrapped: Bool = false, interval_ps: Double = 0.1,
    warnings: Int = 0, _ change: (inout ImportHints) -> Void = { _ in }
  ) throws {
    var hints = ImportHints()
    change(&hints)
    let run = try ImportedRun([folder.file(name)], format: nil, hints: hints)
    #expect(run.atoms.elements == truth.elements)
    #expect(abs(run.clock.frameInterval_ps - interval_ps) < 1e-9)
    var frames = 0
    while let frame = try run.next() {
      let wanted = truth.cells[frames].map { Vector3($0[0], $0[1], $0[2]) }
      for (a, b) in zip(frame.cell.vectors, wanted) {
        #expect(length(a - b) < max(tolerance, 1e-5), "\(a) \(b)")
      }
      var largest = 0.0
      for (r, p) in zip(frame.positions, truth.positions[frames]) {
        var d = r - Vector3(p[0], p[1], p[2])
        if !isUnwrapped { d -= frame.cell.cartesian(frame.cell.fractional(d).rounded(.toNearestOrEven)) }
        largest = max(largest, length(d))
      }
      #expect(largest < tolerance, "frame \(frames): \(largest)")
      #expect(frame.isUnwrapped == isUnwrapped)
      #expect(frame.positions.count == truth.elements.count)
      frames += 1
    }
    #expect(frames == truth.cells.count)
    #expect(run.warnings.count == warnings, "\(run.warnings)")
  }

  private func message(_ name: String, _ change: (inout ImportHints) -> Void = { _ in }) -> String {
    do {
      var hints = ImportHints()
      change(&hints)
      let run = try ImportedRun([folder.file(name)], format: nil, hints: hints)
      while try run.next() != nil {}
      return "no error"
    } catch { return "\(error)" }
  }

  private static let trajectory = """
    mda, u = universe()
    with mda.Writer(folder + "/t.FORMAT", n_atoms=N, dt=0.1) as writer:
      for t in range(T):
        u.dimensions = mda.lib.mdamath.triclinic_box(*cells[t])
        u.atoms.positions = w[t]
        u.trajectory.ts.time = 0.1 * t
        u.trajectory.ts.frame = t
        u.trajectory.ts.data["step"] = 50 * t
        u.trajectory.ts.dt = 0.1
        writer.write(u.atoms)

    """

  private func trajectory(_ format: String, _ more: String = "", atoms: Int = 12) throws -> Truth {
    try make(Self.trajectory.replacing("FORMAT", with: format) + more, atoms: atoms)
  }

  private func order(_ truth: Truth) -> ImportHints.Elements {
    .inOrder(truth.elements.map { ($0, 1) })
  }

  /// Up to nine atoms are not packed; many atoms use runs of small differences of several sizes.
  @Test(arguments: [1, 8, 9, 10, 12, 300, 3000]) func xtc(atoms: Int) throws {
    let truth = try trajectory("xtc", atoms: atoms)
    // Three digits after the point, in nm; nine atoms are stored as they are.
    try check("t.xtc", truth, tolerance: atoms <= 9 ? 1e-4 : 0.0088) { $0.elements = order(truth) }
  }

  @Test(arguments: [1, 12, 300]) func dcd(atoms: Int) throws {
    let truth = try trajectory("dcd", atoms: atoms)
    try check("t.dcd", truth, tolerance: 1e-4, warnings: 1) { $0.elements = order(truth) }
    #expect(message("t.dcd").contains("found \(atoms) atoms without names, wanted a structure file"))
    // The user's interval wins.
    try check("t.dcd", truth, tolerance: 1e-4, interval_ps: 2, warnings: 1) {
      $0.elements = order(truth)
      $0.frameInterval_ps = 2
    }
  }

  @Test(arguments: ["xtc", "dcd"], ["top.extxyz", "POSCAR", "top.data", "top.pdb", "top.gro", "top.xyz"])
  func topology(format: String, name: String) throws {
    let truth = try trajectory(
      format,
      """
      import ase, ase.io
      atoms = ase.Atoms(elements, positions=w[0], cell=cells[0], pbc=True)
      ase.io.write(folder + "/top.extxyz", atoms)
      ase.io.write(folder + "/top.xyz", atoms, format="xyz")
      ase.io.write(folder + "/POSCAR", atoms, format="vasp")
      ase.io.write(folder + "/top.data", atoms, format="lammps-data", masses=True)
      u.atoms.write(folder + "/top.pdb")
      u.atoms.write(folder + "/top.gro")
      """)
    let guesses = (format == "dcd" ? 1 : 0) + (name == "top.gro" ? 1 : 0)
    try check("t.\(format)", truth, tolerance: 0.0088, warnings: guesses) { $0.topology = folder.file(name) }
    let other = try folder.file("other.xyz", "2\nx\nNa 0 0 0\nNa 1 1 1\n")
    #expect(
      message("t.\(format)") { $0.topology = other }.contains("found 12 atoms, wanted 2, as in \(other)"))
  }

  @Test func netCDFOfMDAnalysis() throws {
    let truth = try trajectory("ncdf")
    try check("t.ncdf", truth, tolerance: 1e-4) { $0.elements = order(truth) }
  }

  /// A header's counts are refused where the file has no place for them, before the library takes memory for them: of dimensions,
  /// of attributes, of letters of a name, of variables and of their dimensions; in both widths.
  @Test(arguments: [1, 5]) func netCDFHeaderBeyondTheFile(version: Int) throws {
    let wide = version == 5
    func count(_ value: UInt64) -> [UInt8] {
      (0..<(wide ? 8 : 4)).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
    func list(_ tag: UInt8, _ items: UInt64) -> [UInt8] { [0, 0, 0, tag] + count(items) }
    let name = count(1) + Array("x".utf8) + [0, 0, 0]
    let none = list(0, 0)
    let dimension = list(0xA, 1) + name + count(3)
    let huge: [UInt64] = [0x7FFF_FFFF, 0x1000_0000, 40]
    for items in huge + (wide ? [1 << 61, .max] : []) {
      let headers: [[UInt8]] = [
        list(0xA, items), list(0xA, 1) + count(items) + name, dimension + list(0xC, items),
        dimension + list(0xC, 1) + name + [0, 0, 0, 6] + count(items), dimension + none + list(0xB, items),
        dimension + none + list(0xB, 1) + name + count(items) + count(0),
        dimension + none + list(0xB, 1) + name + count(1) + count(0) + list(0xC, items),
      ]
      for (index, header) in headers.enumerated() {
        let bytes =
          Array("CDF".utf8) + [UInt8(version)] + count(0) + header + [UInt8](repeating: 0, count: 24)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("h.nc")))
        let text = message("h.nc")
        #expect(text.contains("as many as the file has place for"), "\(index), \(items): \(text)")
      }
    }
    let typed = dimension + list(0xC, 1) + name + [0, 0, 0, 99] + count(1) + count(0)
    try Data(Array("CDF".utf8) + [UInt8(version)] + count(0) + typed)
      .write(to: URL(fileURLWithPath: folder.file("h.nc")))
    #expect(message("h.nc").contains("the type 99"), "\(message("h.nc"))")
  }

  /// As LAMMPS's `dump netcdf` writes it: steps with a scale, types, ids in any order, a corner, images or unwrapped; and images that are no
  /// place.
  @Test(arguments: ["unwrapped", "images", "scaled", "far"]) func netCDFOfLAMMPS(kind: String) throws {
    let truth = try make(
      """
      from scipy.io import netcdf_file
      f = netcdf_file(folder + "/l.nc", "w", version=2)
      f.Conventions, f.ConventionVersion, f.program = "AMBER", "1.0", "LAMMPS"
      f.createDimension("frame", None)
      for name, n in [("spatial", 3), ("atom", N), ("cell_spatial", 3), ("cell_angular", 3)]: f.createDimension(name, n)
      def series(name, dims, kind="d", units=None):
        v = f.createVariable(name, kind, ("frame",) + dims)
        if units: v.units = units
        return v
      time = series("time", (), "f", "femtosecond")
      time.scale_factor = np.float32(2.0)
      lengths = series("cell_lengths", ("cell_spatial",), units="Angstrom")
      angles = series("cell_angles", ("cell_angular",), units="degree")
      origin = series("cell_origin", ("cell_spatial",), units="Angstrom")
      far = "\(kind)" == "far"
      kind = "images" if far else "\(kind)"
      where = series({"unwrapped": "unwrapped_coordinates", "images": "coordinates", "scaled": "scaled_coordinates"}[kind], ("atom", "spatial"))
      if kind != "scaled": where.units = "Angstrom"
      ids, types = series("id", ("atom",), "i"), series("type", ("atom",), "i")
      flags = [series(n, ("atom",), "i") for n in ("ix", "iy", "iz")] if kind != "unwrapped" else []
      corner = np.array([-1.0, 2.0, 3.0])
      for t in range(T):
        p = rng.permutation(N)
        time[t] = 50 * t
        n = np.linalg.norm(cells[t], axis=1)
        lengths[t], origin[t] = n, corner
        angles[t] = [np.degrees(np.arccos(cells[t][a] @ cells[t][b] / n[a] / n[b])) for a, b in ((1, 2), (0, 2), (0, 1))]
        where[t] = {"unwrapped": r[t] + corner, "images": w[t] + corner, "scaled": (s - np.floor(s))[t]}[kind][p]
        ids[t], types[t] = p + 5, np.array([{"Na": 1, "B": 2, "H": 3}[e] for e in elements])[p]
        for k, flag in enumerate(flags): flag[t] = image[t][p, k]
      if far: flags[0][1, 3] = 2_000_000_000
      f.close()
      """)
    let elements = ImportHints.Elements.ofTypes([1: "Na", 2: "B", 3: "H"])
    if kind == "far" {
      return #expect(message("l.nc") { $0.elements = elements }.contains("in frame 2, wanted a place in Å"))
    }
    try check("l.nc", truth, tolerance: 1e-9, isUnwrapped: true) { $0.elements = elements }
    #expect(message("l.nc").contains("types without elements"))
  }

  @Test(arguments: ["changes", "stays"]) func trajectoryOfASE(kind: String) throws {
    let truth = try make(
      """
      import ase
      from ase.io.trajectory import Trajectory
      if "\(kind)" == "stays":
        cells[:] = cells[0]
        w = np.einsum("tni,ij->tnj", np.einsum("tni,ij->tnj", r, np.linalg.inv(cells[0])) % 1, cells[0])
        json.dump({"elements": elements, "cells": cells.tolist(), "positions": r.tolist()}, open(folder + "/truth", "w"))
      with Trajectory(folder + "/a.traj", "w") as out:
        for t in range(T):
          atoms = ase.Atoms(elements, positions=w[t], cell=cells[t], pbc=True)
          atoms.info["step"] = t
          out.write(atoms, energy=-1.0)
      """)
    try check("a.traj", truth, tolerance: 1e-9) { $0.frameInterval_ps = 0.1 }
    #expect(message("a.traj").contains("as --frame-interval \"100 fs\""))
  }

  @Test func vaspout() throws {
    let truth = try make(
      """
      import h5py
      f = h5py.File(folder + "/vaspout.h5", "w")
      f["intermediate/ion_dynamics/position_ions"] = s - np.floor(s)
      f["intermediate/ion_dynamics/lattice_vectors"] = cells / 1.25
      f["results/positions/ion_types"] = np.array([b"Na_pv  ", b"B ", b"H "])
      f["results/positions/number_ion_types"] = [elements.count(e) for e in ("Na", "B", "H")]
      f["results/positions/scale"] = 1.25
      f["input/incar/POTIM"] = 2.0
      f["input/incar/IBRION"] = 0
      """)
    try check("vaspout.h5", truth, tolerance: 1e-9, interval_ps: 0.002)
  }

  /// As VASP 6 writes it; the structures before and after the run are not ionic steps.
  private static let vasprun = """
    def rows(name, a): return f'<varray name="{name}" >' + "".join("<v> %.12f %.12f %.12f </v>\\n" % tuple(v) for v in a) + "</varray>\\n"
    def structure(t, name=""):
      return f'<structure{name}><crystal>{rows("basis", cells[t])}<i name="volume">  1.0 </i>{rows("rec_basis", np.linalg.inv(cells[t]).T)}</crystal>{rows("positions", (s - np.floor(s))[t])}</structure>\\n'
    kinds = ["Na", "B", "H"]
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\\n<modeling>\\n<generator><i name="program" type="string">vasp </i></generator>\\n'
    text += '<incar><i type="int" name="IBRION">     0</i><i name="POTIM">      2.00000000</i></incar>\\n'
    text += '<parameters><separator name="ionic"><i type="int" name="IBRION">     0</i><i name="POTIM">      2.0</i></separator></parameters>\\n'
    text += f'<atominfo><atoms>      {N} </atoms><types>       3 </types><array name="atoms" ><dimension dim="1">ion</dimension><field type="string">element</field><field type="int">atomtype</field><set>'
    text += "".join(f"<rc><c>{e:2s}</c><c>   {kinds.index(e) + 1}</c></rc>\\n" for e in elements) + '</set></array>\\n<array name="atomtypes" ><set>'
    text += "".join(f"<rc><c>  {elements.count(e)}</c><c>{e:2s}</c><c>     {m}</c><c>  1.0</c><c>  PAW_PBE {e} </c></rc>\\n" for e, m in zip(kinds, (22.99, 10.811, 2.014))) + "</set></array></atominfo>\\n"
    text += structure(0, ' name="initialpos" ')
    text += "".join(f'<calculation><scstep><time name="dav">  1.0 2.0</time></scstep>\\n{structure(t)}{rows("forces", s[t])}<energy><i name="e_fr_energy"> -1.0 </i></energy></calculation>\\n' for t in range(T))

    """

  @Test func vasprun() throws {
    let truth = try make(
      Self.vasprun + """
        text += structure(T - 1, ' name="finalpos" ') + "</modeling>\\n"
        open(folder + "/vasprun.xml", "w").write(text)
        import gzip
        gzip.open(folder + "/vasprun.xml.gz", "wt").write(text)
        """)
    try check("vasprun.xml", truth, tolerance: 1e-9, interval_ps: 0.002)
    try check("vasprun.xml.gz", truth, tolerance: 1e-9, interval_ps: 0.002)
    let run = try ImportedRun([folder.file("vasprun.xml")], format: nil, hints: ImportHints())
    #expect(run.atoms.masses_amu?.last == 2.014)
  }

  /// A running job's file ends anywhere; damage before the end does not pass.
  @Test func vasprunOfARunningJob() throws {
    let truth = try make(
      Self.vasprun + """
        text += '<calculation><scstep></scstep><structure><crystal>' + rows("basis", cells[0]) + '</crystal><varray name="positions" ><v> 0.1'
        open(folder + "/vasprun.xml", "w").write(text)
        open(folder + "/bad.xml", "w").write(text.replace("</energy>", "</energ>", 1))
        open(folder + "/laughs.xml", "w").write('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><modeling></modeling>')
        """)
    try check("vasprun.xml", truth, tolerance: 1e-9, interval_ps: 0.002, warnings: 1)
    #expect(message("bad.xml").contains("found no XML: mismatched tag"), "\(message("bad.xml"))")
    #expect(message("laughs.xml").contains("an entity declaration"), "\(message("laughs.xml"))")
  }

  /// Cut anywhere: whole frames are read with a word, or the file is refused.
  @Test(arguments: ["xtc", "dcd", "ncdf"]) func cutShort(format: String) throws {
    let truth = try trajectory(format)
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("t.\(format)")))
    var outcomes: Set<String> = []
    for count in stride(from: 1, to: whole.count, by: max(1, whole.count / 60)) {
      try whole.prefix(count).write(to: URL(fileURLWithPath: folder.file("c.\(format)")))
      do {
        var hints = ImportHints()
        hints.elements = order(truth)
        let run = try ImportedRun(
          [folder.file("c.\(format)")],
          format: TrajectoryFormat(rawValue: format == "ncdf" ? "netcdf" : format), hints: hints)
        while try run.next() != nil {}
        outcomes.insert("read")
      } catch let problem as TrajectoryProblem {
        #expect(problem.file == folder.file("c.\(format)"))
        outcomes.insert("refused")
      }
    }
    #expect(outcomes.contains("refused"))
  }

  @Test func binaryDumpOfLAMMPSSaysWhatToDo() throws {
    var bytes = Data()
    for value in [Int64(-10)] { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
    bytes.append(Data("DUMPCUSTOM".utf8))
    bytes.append(Data(repeating: 0, count: 64))
    try bytes.write(to: URL(fileURLWithPath: folder.file("d.bin")))
    #expect(message("d.bin").contains("a binary dump of LAMMPS, wanted text: LAMMPS's tool binary2txt"))
  }
}
