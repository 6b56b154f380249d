import Foundation
import HDF5
import TestSupport
import Testing

@testable import Trajectory
@testable import TrajectoryImport

/// The masses and charges that a trajectory has for its atoms are read in every format, and what can't be is refused by name.
@Suite struct AtomQuantityTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ path: String, _ elements: ImportHints.Elements? = nil, mobile: String = "Na"
  ) throws -> ImportedRun {
    var hints = ImportHints()
    hints.frameInterval_ps = 0.1
    hints.mobile = mobile
    hints.elements = elements
    let run = try ImportedRun([path], format: nil, hints: hints)
    while try run.next() != nil {}
    return run
  }

  private func message(_ path: String, mobile: String = "Na") -> String {
    do {
      _ = try read(path, mobile: mobile)
      return "no error"
    } catch { return "\(error)" }
  }

  /// - Parameter last: the rows of the last of three frames.
  private func xyz(_ columns: String, _ rows: [String], last: [String]? = nil) throws -> String {
    let comment = "Lattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:\(columns)"
    return try folder.file(
      "\(UUID().uuidString).xyz",
      (0..<3).map { frame in
        "\(rows.count)\n\(comment)\n" + (frame == 2 ? last ?? rows : rows).map { "\($0)\n" }.joined()
      }.joined())
  }

  private func dump(_ columns: String, _ rows: [String], last: [String]? = nil) throws -> String {
    try folder.file(
      "\(UUID().uuidString).dump",
      (0..<3).map { frame in
        "ITEM: TIMESTEP\n\(frame)\nITEM: NUMBER OF ATOMS\n\(rows.count)\n"
          + "ITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\nITEM: ATOMS \(columns)\n"
          + (frame == 2 ? last ?? rows : rows).map { "\($0)\n" }.joined()
      }.joined())
  }

  // MARK: extXYZ

  @Test(arguments: ["masses", "mass"]) func massesOfExtXYZ(name: String) throws {
    let run = try read(xyz("\(name):R:1", ["Na 0 0 0 24", "H 1 1 1 2.014"]))
    #expect(run.atoms.masses_amu == [24, 2.014])
    // By the ids, whatever the order of the lines.
    let sorted = try read(
      xyz(
        "\(name):R:1:id:I:1", ["Na 0 0 0 24 7", "H 1 1 1 2.014 5"],
        last: ["H 1 1 1 2.014 5", "Na 0 0 0 24 7"]))
    #expect(sorted.atoms.masses_amu == [2.014, 24] && sorted.atoms.elements == ["H", "Na"])
    for wrong in ["0", "-1", "nan", "heavy"] {
      let said = try message(xyz("\(name):R:1", ["Na 0 0 0 24", "H 1 1 1 \(wrong)"]))
      #expect(said.contains(":4: found the mass “\(wrong)”, wanted a mass above 0, in amu"), "\(said)")
    }
    let wide = try message(xyz("\(name):R:3", ["Na 0 0 0 1 1 1", "H 1 1 1 1 1 1"]))
    #expect(wide.contains(":2: found several columns of masses"), "\(wide)")
  }

  /// As in every other format.
  @Test func massesThatChangeInExtXYZ() throws {
    let rows = ["Na 0 0 0 24", "H 1 1 1 1"]
    #expect(try message(xyz("mass:R:1", rows)) == "no error")
    let said = try message(xyz("mass:R:1", rows, last: ["Na 0 0 0 24", "H 1 1 1 2"]))
    #expect(
      said.contains(":12: found “H” of 2.0 amu, wanted “H” of 1.0 amu, as in the first frame"), "\(said)")
    let both = try message(xyz("mass:R:1:masses:R:1", ["Na 0 0 0 24 23", "H 1 1 1 1 1"]))
    #expect(both.contains("found several columns of masses"), "\(both)")
  }

  @Test(arguments: ["charge", "charges", "initial_charges"]) func chargesOfExtXYZ(name: String) throws {
    // They may change: those of the first frame count.
    let path = try xyz(
      "\(name):R:1:id:I:1", ["Na 0 0 0 1 7", "Cl 1 1 1 -1.0 5"], last: ["Na 0 0 0 0.9 7", "Cl 1 1 1 -0.9 5"])
    #expect(try read(path).atoms.charges_e == [-1, 1])
    for wrong in ["nan", "1e9", "plus"] {
      let said = try message(xyz("\(name):R:1", ["Na 0 0 0 \(wrong)", "Cl 1 1 1 -1"]))
      #expect(said.contains(":3: found the charge “\(wrong)”, wanted a charge in e, up to 100"), "\(said)")
    }
    #expect(try read(xyz("tag:I:1", ["Na 0 0 0 1", "Cl 1 1 1 1"])).atoms.charges_e == nil)
  }

  // MARK: LAMMPS

  @Test func chargesAndMassesOfADump() throws {
    let rows = ["2 Na 1 24 0 0 0", "1 Cl -1 35.45 1 1 1"]
    let path = try dump(
      "id element q mass x y z", rows, last: ["2 Na 0.9 24 0 0 0", "1 Cl -0.9 35.45 1 1 1"])
    let run = try read(path)
    #expect(run.atoms.charges_e == [-1, 1] && run.atoms.masses_amu == [35.45, 24])
    for (row, found) in [
      ("1 Cl x 35.45 1 1 1", "the charge “x”"), ("1 Cl nan 35.45 1 1 1", "the charge “nan”"),
      ("1 Cl -1 0 1 1 1", "the mass “0”"), ("1 Cl -1 -35 1 1 1", "the mass “-35”"),
      ("1 Cl -1 nan 1 1 1", "the mass “nan”"),
    ] {
      let said = try message(dump("id element q mass x y z", [rows[0], row]))
      #expect(said.contains(":11: found \(found)"), "\(said)")
    }
  }

  // MARK: H5MD

  /// Atoms over three frames.
  private func h5md(atoms: Int = 2, _ edit: (HDF5Group) throws -> Void) throws -> String {
    let path = folder.file("\(UUID().uuidString).h5")
    let file = try HDF5File.create(path)
    let group = try file.root().createGroup("particles").createGroup("all")
    let position = try group.createGroup("position")
    let value = try position.writeDataset(
      "value", (0..<(9 * atoms)).map { Double($0) / 100 }, shape: [3, atoms, 3])
    try value.setAttribute("unit", "Angstrom")
    let box = try group.createGroup("box")
    try box.setAttribute("boundary", ["periodic", "periodic", "periodic"])
    try box.writeDataset("edges", [9.0, 9, 9])
    try edit(group)
    try file.close()
    return path
  }

  private func salt(_ group: HDF5Group) throws {
    try group.writeEnumeration(
      "species", ["Na", "Cl"], type: HDF5Enumeration(values: ["Na": 3, "Cl": 4]))
  }

  @Test func massesAndChargesOfH5MD() throws {
    let run = try read(
      h5md { group in
        try salt(group)
        try group.writeDataset("mass", [24.0, 35.45]).setAttribute("unit", "amu")
        try group.createGroup("charge").writeDataset("value", [1.0, -1, 0.9, -0.9, 1, -1], shape: [3, 2])
      })
    #expect(run.atoms.masses_amu == [24, 35.45] && run.atoms.charges_e == [1, -1])
    #expect(run.warnings.isEmpty, "\(run.warnings)")
    for wrong in [0, -1, Double.nan, .infinity] {
      let said = try message(
        h5md { group in
          try salt(group)
          try group.writeDataset("mass", [24.0, wrong])
        })
      #expect(
        said.contains("/particles/all/mass: found the mass \(wrong) of atom 2, wanted a mass above 0"),
        "\(said)")
    }
    let few = try message(
      h5md { group in
        try salt(group)
        try group.writeDataset("mass", [24.0])
      })
    #expect(few.contains("/particles/all/mass: found [1] values, wanted 2"), "\(few)")
    let charge = try message(
      h5md { group in
        try salt(group)
        try group.writeDataset("charge", [1.0, .nan])
      })
    #expect(charge.contains("/particles/all/charge: found the charge nan of atom 2"), "\(charge)")
  }

  @Test(arguments: ["mass", "charge"]) func unknownUnitsOfH5MDAreSaid(name: String) throws {
    let run = try read(
      h5md { group in
        try salt(group)
        try group.writeDataset(name, [1.0, 2]).setAttribute("unit", "stone")
      })
    #expect(run.atoms.masses_amu == nil && run.atoms.charges_e == nil)
    #expect(
      run.warnings.contains { $0.contains("the unit of \(name) 'stone' is not known, so it is not used") },
      "\(run.warnings)")
  }

  /// Numbers without names are atomic numbers only where nothing speaks against it, and that is said.
  @Test func numbersAsSpeciesOfH5MD() throws {
    func path(_ numbers: [Int64]) throws -> String { try h5md { try $0.writeDataset("species", numbers) } }
    let run = try read(path([11, 17]))
    #expect(run.atoms.elements == ["Na", "Cl"])
    #expect(
      run.warnings.contains {
        $0.contains("species 11, 17 are taken as atomic numbers (Na, Cl); --elements names them otherwise")
      }, "\(run.warnings)")
    let told = try read(path([11, 17]), .ofTypes([11: "Na", 17: "Br"]))
    #expect(told.atoms.elements == ["Na", "Br"] && told.warnings.isEmpty, "\(told.warnings)")
    for (numbers, text) in [([0, 11], "0, 11"), ([11, 200], "11, 200"), ([17, 35], "17, 35")]
      as [([Int64], String)]
    {
      let said = try message(path(numbers))
      #expect(said.contains("found the numbers \(text), wanted their elements, as --elements"), "\(said)")
    }
  }

  /// Types are numbered from 0 or 1: among 1, 2, 3 is the atomic number of lithium.
  @Test(arguments: [[1, 2, 3], [3, 1, 2], [0, 1, 2]] as [[Int64]]) func typesOfH5MDAreNoElements(
    _ kinds: [Int64]
  ) throws {
    let path = try h5md(atoms: 3) { try $0.writeDataset("species", kinds) }
    for mobile in ["Li", "H"] {
      let said = message(path, mobile: mobile)
      #expect(
        said.contains("/particles/all/species: found the numbers") && said.contains("--elements"), "\(said)")
    }
    let told = try read(path, .ofTypes([0: "Na", 1: "Na", 2: "B", 3: "H"]))
    #expect(told.atoms.elements.count == 3 && told.warnings.isEmpty, "\(told.warnings)")
  }
}

/// The same in files that other programs' own writers made.
@Suite(.needs(.python)) struct WrittenAtomQuantityTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ script: String, _ name: String) throws -> ImportedRun {
    _ = try Python.run("import sys\nimport numpy as np\nfolder = sys.argv[1]\n" + script, [folder.path])
    var hints = ImportHints()
    hints.frameInterval_ps = 0.1
    hints.mobile = "Na"
    return try ImportedRun([folder.file(name)], format: nil, hints: hints)
  }

  private func message(_ script: String, _ name: String) -> String {
    do {
      _ = try run(script, name)
      return "no error"
    } catch { return "\(error)" }
  }

  private func ase(_ masses: String, _ write: String) -> String {
    """
    import ase, ase.io
    frames = []
    for t in range(3):
      atoms = ase.Atoms(["Na", "Cl"], positions=[[0.1 * t, 0, 0], [4, 4, 4]], cell=[9, 9, 9], pbc=True)
      atoms.set_masses(\(masses))
      atoms.set_initial_charges([1, -1])
      frames.append(atoms)
    \(write)
    """
  }

  @Test func ofASE() throws {
    let traj = try run(ase("[24, 35]", "ase.io.write(folder + '/a.traj', frames)"), "a.traj")
    #expect(traj.atoms.masses_amu == [24, 35] && traj.atoms.charges_e == [1, -1])
    let columns = "columns=['symbols', 'positions', 'masses', 'initial_charges']"
    let text = try run(
      ase("[24, 35]", "ase.io.write(folder + '/a.extxyz', frames, \(columns))"), "a.extxyz")
    #expect(text.atoms.masses_amu == [24, 35] && text.atoms.charges_e == [1, -1])
    let wrong = message(ase("[24, 0]", "ase.io.write(folder + '/b.traj', frames)"), "b.traj")
    #expect(wrong.contains("found the mass 0.0 of atom 2, wanted a mass above 0, in amu"), "\(wrong)")
  }

  private func netCDF(_ mass: Double) -> String {
    """
    from scipy.io import netcdf_file
    f = netcdf_file(folder + "/l.nc", "w", version=2)
    f.Conventions, f.ConventionVersion, f.program = "AMBER", "1.0", "LAMMPS"
    f.createDimension("frame", None)
    for name, n in [("spatial", 3), ("atom", 2), ("cell_spatial", 3), ("cell_angular", 3)]: f.createDimension(name, n)
    def series(name, *dims): return f.createVariable(name, "d", ("frame",) + dims)
    lengths, angles = series("cell_lengths", "cell_spatial"), series("cell_angles", "cell_angular")
    where, ids = series("coordinates", "atom", "spatial"), series("id", "atom")
    types, mass, q = series("type", "atom"), series("mass", "atom"), series("q", "atom")
    for t in range(3):
      lengths[t], angles[t], where[t] = [9, 9, 9], [90, 90, 90], [[0.1 * t, 0, 0], [4, 4, 4]]
      ids[t], types[t], mass[t], q[t] = [2, 1], [1, 2], [22.99, \(mass)], [1, -1]
    f.close()
    """
  }

  @Test func ofLAMMPSNetCDF() throws {
    let read = try run(netCDF(35.45), "l.nc")
    #expect(read.atoms.elements == ["Cl", "Na"])
    #expect(read.atoms.masses_amu == [35.45, 22.99] && read.atoms.charges_e == [-1, 1])
    let wrong = message(netCDF(-1), "l.nc")
    #expect(wrong.contains("mass: found the mass -1.0 of atom 2, wanted a mass above 0"), "\(wrong)")
  }

  /// Names that are stored for every frame are names still: 3 is sodium here, not lithium.
  @Test func namesThatH5MDStoresForEveryFrame() throws {
    let read = try run(
      """
      import h5py
      f = h5py.File(folder + "/e.h5", "w")
      g = f.create_group("particles/all")
      g["position/value"] = np.zeros((3, 2, 3)) + np.arange(3)[:, None, None] * 0.1
      box = g.create_group("box")
      box.attrs["boundary"] = np.array([b"periodic"] * 3)
      box["edges"] = [9.0, 9.0, 9.0]
      kind = h5py.enum_dtype({"Na": 3, "Cl": 7}, basetype="u1")
      g.create_dataset("species/value", data=[[3, 7]] * 3, dtype=kind)
      """, "e.h5")
    #expect(read.atoms.elements == ["Na", "Cl"])
  }
}
