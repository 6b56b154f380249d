import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct FileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func missingFileIsAnErrorWithPathAndReason() throws {
    let path = folder.file("absent.h5")
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path) }
    #expect(error?.file == path)
    #expect(error?.detail.contains("No such file") ?? false)
  }

  @Test func existingFileIsReplacedOnlyWhenAsked() throws {
    let path = folder.file("once.h5")
    try HDF5File.create(path).close()
    #expect(throws: HDF5Error.self) { try HDF5File.create(path) }
    try HDF5File.create(path, replacing: true).close()
  }

  @Test func truncatedFileIsAnErrorThatSaysSo() throws {
    let path = folder.file("cut.h5")
    let file = try HDF5File.create(path)
    try file.root().writeDataset("values", [Double](repeating: 1, count: 10_000))
    try file.close()
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 40_000)
    try handle.close()
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path) }
    #expect(error?.file == path)
    #expect(error?.detail.contains("truncated") ?? false)
  }

  @Test func groupsLinksAndCopies() throws {
    let file = try HDF5File.create(folder.file("links.h5"))
    let root = try file.root()
    let first = try root.createGroup("a")
    try first.writeDataset("step", [1 as Int64, 2])
    try root.createGroup("b").link("/a/step", as: "/b/step")
    #expect(try root.dataset("b/step").read(Int64.self) == [1, 2])
    try root.dataset("b/step").write([5 as Int64, 6])
    #expect(try root.dataset("a/step").read(Int64.self) == [5, 6])
    #expect(try root.exists("a/step"))
    #expect(try !root.exists("a/none"))
    #expect(try !root.exists("none/step"))
    let other = try HDF5File.create(folder.file("copy.h5"))
    try root.copy("a", to: try other.root(), as: "c")
    #expect(try other.root().dataset("c/step").read(Int64.self) == [5, 6])
    #expect(throws: HDF5Error.self) { try root.createGroup("a") }
  }

  @Test func attributesRoundTrip() throws {
    let root = try HDF5File.create(folder.file("attributes.h5")).root()
    try root.setAttribute("unit", "Angstrom")
    try root.setAttribute("boundary", ["periodic", "none"])
    try root.setAttribute("version", [Int32(1), 1])
    try root.setAttribute("weights", [0.5, 1e300])
    try root.setAttribute("seed", Int64.min)
    #expect(try root.textAttribute("unit") == "Angstrom")
    #expect(try root.textAttributes("boundary") == ["periodic", "none"])
    #expect(try root.attribute("version", as: Int32.self) == [1, 1])
    #expect(try root.attribute("weights", as: Double.self) == [0.5, 1e300])
    #expect(try root.singleAttribute("seed", as: Int64.self) == Int64.min)
    #expect(try root.hasAttribute("seed"))
    #expect(try !root.hasAttribute("none"))
    let error = #expect(throws: HDF5Error.self) { try root.textAttribute("none") }
    #expect(error?.object == "/@none")
    #expect(throws: HDF5Error.self) { try root.singleAttribute("version", as: Int32.self) }
  }

  /// Sources lie where they were put; what no source covers, or whose file is lost, is NaN.
  @Test func virtualDatasetLaysSourcesSideBySide() throws {
    for (index, name) in ["left.h5", "right.h5"].enumerated() {
      let file = try HDF5File.create(folder.file(name))
      try file.root().writeDataset("x", (0..<4).map { Float(10 * index + $0) }, shape: [2, 2])
      try file.close()
    }
    let file = try HDF5File.create(folder.file("whole.h5"))
    let sources = ["left.h5", "right.h5"].enumerated().map {
      HDF5VirtualSource(file: $1, dataset: "/x", shape: [2, 2], offset: [0, 2 * $0])
    }
    _ = try file.root().createVirtualDataset(
      "x", of: Float.self, shape: [2, 5], sources: sources, fill: Float.nan)
    try file.close()
    func read() throws -> [Float] { try HDF5File.open(file.path).root().dataset("x").read(Float.self) }
    let whole = try read()
    #expect(whole[0..<4] == [0, 1, 10, 11] && whole[5..<9] == [2, 3, 12, 13])
    #expect(whole[4].isNaN && whole[9].isNaN)
    try FileManager.default.removeItem(atPath: folder.file("right.h5"))
    let rest = try read()
    #expect(rest[0..<2] == [0, 1])
    #expect(rest[2].isNaN && rest[8].isNaN)
  }

  /// h5py sees the types that are meant: text as `str`, the enumeration's names, shuffle and deflate.
  @Test(.needs(.python))
  func pythonReadsWhatIsWritten() throws {
    let path = folder.file("peer.h5")
    let file = try HDF5File.create(path)
    let root = try file.root()
    try root.setAttribute("unit", "Angstrom")
    try root.writeEnumeration("species", ["H", "Na"], type: HDF5Enumeration(values: ["H": 0, "Na": 1]))
    try root.writeTexts("names", ["é"])
    let packed = HDF5Chunking(chunk: [4], maximum: [nil])
    try root.createDataset("packed", of: Float.self, shape: [0], chunking: packed, fill: Float.nan)
      .append([1, 2, 3])
    try file.close()
    let script = """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      names = h5py.check_enum_dtype(f["species"].dtype)
      p = f["packed"]
      print(type(f.attrs["unit"]).__name__, f.attrs["unit"], sorted(names.items()), list(f["species"][:]),
            f["names"].asstr()[0], p.shuffle, p.compression, p.maxshape, list(map(float, p[:])), p.fillvalue)
      """
    #expect(
      try Python.run(script, [path])
        == "str Angstrom [('H', 0), ('Na', 1)] [np.int32(0), np.int32(1)] é True gzip (None,) [1.0, 2.0, 3.0] nan"
    )
  }
}
