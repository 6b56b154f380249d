import HDF5
import TestSupport
import Testing

@Suite struct DatasetTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func roundTrip<T: HDF5Element & Equatable>(_ values: [T], _ name: String, in root: HDF5Group) throws
  {
    try root.writeDataset(name, values, shape: [2, values.count / 2])
    let dataset = try root.dataset(name)
    #expect(try dataset.shape() == [2, values.count / 2])
    #expect(try dataset.read(T.self) == values)
  }

  /// Extremes of each type survive a closed and reopened file.
  @Test func everyElementTypeRoundTrips() throws {
    let path = folder.file("types.h5")
    let file = try HDF5File.create(path)
    let root = try file.root()
    try roundTrip([1.5 as Float, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0], "float", in: root)
    try roundTrip([0.1, -.greatestFiniteMagnitude, .infinity, 3], "double", in: root)
    try roundTrip([Int32.min, -1, 0, .max], "int32", in: root)
    try roundTrip([Int64.min, -1, 0, .max], "int64", in: root)
    try roundTrip([UInt8.min, 1, 128, .max], "uint8", in: root)
    try file.close()
    let again = try HDF5File.open(path).root()
    #expect(try again.children() == ["double", "float", "int32", "int64", "uint8"])
    #expect(try again.dataset("int64").read(Int64.self) == [Int64.min, -1, 0, .max])
  }

  /// A box of a chunked, packed dataset that has grown; what was not written holds the fill value.
  @Test func chunkedDatasetGrowsAndReadsBoxes() throws {
    let root = try HDF5File.create(folder.file("chunked.h5")).root()
    let chunking = HDF5Chunking(chunk: [2, 2], maximum: [nil, 3])
    let dataset = try root.createDataset("grid", of: Int32.self, shape: [0, 3], chunking: chunking, fill: -7)
    try dataset.append((0..<6).map { Int32($0) })
    try dataset.append((6..<15).map { Int32($0) })
    #expect(try dataset.shape() == [5, 3])
    #expect(try dataset.chunkShape() == [2, 2])
    #expect(try dataset.read(Int32.self, at: [1, 1], count: [3, 2]) == [4, 5, 7, 8, 10, 11])
    try dataset.resize(to: [6, 3])
    #expect(try dataset.read(Int32.self, at: [5, 0], count: [1, 3]) == [-7, -7, -7])
    #expect(try dataset.read(Int32.self, at: [0, 0], count: [0, 3]) == [])
  }

  @Test func boxBeyondTheShapeIsAnErrorThatNamesTheDataset() throws {
    let root = try HDF5File.create(folder.file("box.h5")).root()
    let dataset = try root.createGroup("deep").writeDataset("values", [1.0, 2, 3])
    let error = #expect(throws: HDF5Error.self) { try dataset.read(Double.self, at: [2], count: [2]) }
    #expect(error?.object == "/deep/values")
    #expect(error?.description.contains("box.h5") ?? false)
    #expect(throws: HDF5Error.self) { try dataset.write([1.0], at: [0], count: [2]) }
    #expect(throws: HDF5Error.self) { try dataset.resize(to: [9]) }
  }

  @Test func textsRoundTrip() throws {
    let root = try HDF5File.create(folder.file("text.h5")).root()
    let texts = ["", "Å and B₁₂H₁₂", "plain"]
    try root.writeTexts("variable", texts)
    try root.writeFixedTexts("fixed", texts)
    try root.writeTexts("single", ["one"], isSingle: true)
    #expect(try root.dataset("variable").readTexts() == texts)
    #expect(try root.dataset("fixed").readTexts() == texts)
    #expect(try root.dataset("single").shape() == [])
    #expect(try root.dataset("single").readTexts() == ["one"])
    try root.writeDataset("number", [1.0])
    #expect(throws: HDF5Error.self) { try root.dataset("number").readTexts() }
  }

  @Test func enumerationRoundTripsAndRejectsUnknownNames() throws {
    let root = try HDF5File.create(folder.file("enum.h5")).root()
    let type = HDF5Enumeration(values: ["Na": 11, "B": 5, "H": 1])
    try root.writeEnumeration("species", ["Na", "H", "H", "B"], type: type)
    let dataset = try root.dataset("species")
    #expect(try dataset.readEnumeration() == ["Na", "H", "H", "B"])
    #expect(try dataset.enumeration() == type)
    #expect(try dataset.read(Int32.self) == [11, 1, 1, 5])
    #expect(throws: HDF5Error.self) { try root.writeEnumeration("other", ["K"], type: type) }
  }
}
