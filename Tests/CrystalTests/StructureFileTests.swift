import Crystal
import Foundation
import Mathematics
import TestSupport
import Testing

@Suite struct StructureFileTests {
  @Test(arguments: [
    ("a.cif", StructureFormat.cif), ("a.CIF", .cif), ("x/a.extxyz", .extxyz), ("a.xyz", .extxyz),
    ("a.vasp", .poscar), ("POSCAR", .poscar), ("d.cif/CONTCAR", .poscar), ("POSCAR_relaxed", .poscar),
    ("a.poscar", .poscar), ("a.data", .lammpsData), ("a.lmp", .lammpsData),
  ])
  func formatsByName(path: String, format: StructureFormat) throws {
    #expect(try StructureFormat(path: path) == format)
  }

  @Test func unknownFormats() {
    for path in ["a", "a.pdb", "dir.cif/a", ""] {
      let error = #expect(throws: StructureError.self) { try StructureFormat(path: path) }
      #expect(error?.description.contains(".cif") == true)
    }
    let error = #expect(throws: StructureError.self) { try StructureFormat(name: "pdb") }
    #expect(error?.description.contains("lammps-data") == true)
  }

  /// Each sample through each format: the same crystal, whole molecules. Numbers are written with all
  /// their digits; what is lost is in the arithmetic of cells, some 1e-15 of 20 Å.
  @Test(arguments: SampleStructure.allCases, StructureFormat.allCases)
  func roundTrip(sample: SampleStructure, format: StructureFormat) throws {
    let folder = try TemporaryFolder()
    let s = try sample.make()
    let path = folder.file("s." + format.endings[0])
    try StructureFile.write(s, to: path, title: "two\nlines, 'quotes' and “Å”")
    let file = try StructureFile.read(path: path)
    #expect(file.format == format && !file.isDisordered)
    let back = try file.realise()
    expectSameCrystal(s, back, tolerance: 1e-9)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    switch format {
    case .extxyz: #expect(back == s)
    case .poscar: #expect(back.cell == s.cell)
    case .cif, .lammpsData:
      #expect(back.elements == s.elements && back.moleculeOfAtom == s.moleculeOfAtom)
    }
  }

  /// Formats without an orientation of the cell preserve the handedness of the crystal: the signed volume of
  /// three vectors between atoms, over the nearest images.
  @Test(arguments: StructureFormat.allCases)
  func handednessIsKept(format: StructureFormat) throws {
    let folder = try TemporaryFolder()
    let s = try SampleStructure.leftHanded.make()
    let path = folder.file("s." + format.endings[0])
    try StructureFile.write(s, to: path)
    let back = try StructureFile.read(path: path).realise()
    func chirality(_ s: Structure) throws -> Double {
      let v = try ["K", "Li", "Rb"].map { element in
        let i = try #require(s.elements.firstIndex(of: element))
        let first = try #require(s.elements.firstIndex(of: "Na"))
        let f = s.cell.fractional(s.positions[i] - s.positions[first])
        return s.cell.cartesian(f - f.rounded(.toNearestOrEven))
      }
      return dot(v[0], cross(v[1], v[2]))
    }
    #expect(abs(try chirality(s) - chirality(back)) < 1e-9)
    #expect(abs(try chirality(s)) > 1)
  }

  @Test func writingFailsCleanly() throws {
    let s = try SampleStructure.loneIons.make()
    let error = #expect(throws: StructureError.self) {
      try StructureFile.write(s, to: "/nowhere/at/all/s.cif")
    }
    #expect(error?.description.contains("/nowhere/at/all/s.cif: can't be written") == true)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("s.cif"), withIntermediateDirectories: false)
    #expect(throws: StructureError.self) { try StructureFile.write(s, to: folder.file("s.cif")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["s.cif"])
  }

  @Test func binaryMissingAndMarkedFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["a.cif", "a.xyz", "POSCAR", "a.data"] {
      let missing = #expect(throws: StructureError.self) {
        try StructureFile.read(path: folder.file(name))
      }
      #expect(missing?.description.hasPrefix(folder.file(name)) == true)
      try Data([0, 1, 2, 0]).write(to: URL(fileURLWithPath: folder.file(name)))
      let binary = #expect(throws: StructureError.self) { try StructureFile.read(path: folder.file(name)) }
      #expect(binary?.description.contains("zero bytes") == true)
    }
    // A byte order mark, Windows line ends, and a Latin-1 letter in a comment.
    for format in StructureFormat.allCases {
      let s = try SampleStructure.mixed.make()
      let path = folder.file("b." + format.endings[0])
      try StructureFile.write(s, to: path, title: "caf")
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      if let end = data.range(of: Data("caf".utf8))?.upperBound { data.insert(0xE9, at: end) }
      let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\n", with: "\r\n")
      try (Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)).write(to: URL(fileURLWithPath: path))
      expectSameCrystal(s, try StructureFile.read(path: path).realise(), tolerance: 1e-9, "\(format)")
    }
  }
}
