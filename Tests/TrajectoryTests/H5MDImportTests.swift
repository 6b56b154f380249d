import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// Defective H5MD files.
@Suite struct H5MDImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two sodium atoms over three frames; `edit` adds to the file or leaves out.
  private func make(
    positions shape: [Int] = [3, 2, 3], unit: String? = "Angstrom", edges: [Double]? = [9, 9, 9],
    boundary: String = "periodic", species: [String]? = ["Na", "Na"], values: [Double]? = nil,
    edit: (HDF5Group) throws -> Void = { _ in }
  ) throws -> String {
    let path = folder.file("\(UUID().uuidString).h5")
    let file = try HDF5File.create(path)
    let root = try file.root()
    let group = try root.createGroup("particles").createGroup("a")
    let position = try group.createGroup("position")
    let count = shape.reduce(1, *)
    let value = try position.writeDataset(
      "value", values ?? (0..<count).map { Double($0) / 100 }, shape: shape)
    if let unit { try value.setAttribute("unit", unit) }
    try position.writeDataset("time", [0.0, 0.1, 0.2]).setAttribute("unit", "ps")
    try position.writeDataset("step", [Int64(0), 5, 10])
    let box = try group.createGroup("box")
    try box.setAttribute("boundary", [boundary, boundary, boundary])
    if let edges { try box.writeDataset("edges", edges) }
    if let species {
      try group.writeEnumeration(
        "species", species, type: HDF5Enumeration(values: ["Na": 3, "Q": 4]))
    }
    try edit(group)
    try file.close()
    return path
  }

  private func message(_ path: String) throws -> String {
    do {
      let run = try ImportedRun([path], format: nil, hints: ImportHints())
      while try run.next() != nil {}
      return "no error"
    } catch let problem as TrajectoryProblem {
      #expect(problem.file == path)
      return problem.description
    }
  }

  @Test func goodOne() throws {
    let run = try ImportedRun([try make()], format: nil, hints: ImportHints())
    #expect(run.clock.timestep_ps == 0.02 && run.clock.stepsPerFrame == 5)
    #expect(run.atoms.ids == [1, 2])
    var frames: [Vector3] = []
    while let frame = try run.next() { frames.append(frame.positions[1]) }
    #expect(frames == [[0.03, 0.04, 0.05], [0.09, 0.10, 0.11], [0.15, 0.16, 0.17]])
  }

  @Test func whatIsWrongIsNamed() throws {
    #expect(try message(make(positions: [3, 2, 2])).contains("/particles/a: found no positions over time"))
    #expect(try message(make(positions: [18])).contains("found the shape [18]"))
    #expect(try message(make(unit: "bohr")).contains("the unit 'bohr'"))
    #expect(try message(make(edges: nil)).contains("no edges"))
    #expect(try message(make(edges: [9, 9])).contains("[2]"))
    #expect(try message(make(edges: [9, 0, 9])).contains("span a volume"))
    #expect(try message(make(edges: [9, .nan, 9])).contains("not finite"))
    #expect(try message(make(boundary: "none")).contains("none"))
    #expect(try message(make(species: nil)).contains("as --elements"))
    #expect(try message(make(species: ["Na", "Q"])).contains("found “Q”, wanted an element"))
    #expect(try message(make(species: ["Na"])).contains("[1] species"))
    #expect(try message(make(values: Array(repeating: .nan, count: 18))).contains("of frame 1"))
    #expect(try message(make { try $0.writeDataset("id", [Int64(4), 4]) }).contains("an id more than once"))
    #expect(try message(make { try $0.writeDataset("id", [Int64(4)]) }).contains("[1] ids"))
    #expect(
      try message(make { try $0.createGroup("image").writeDataset("value", [Int32(0)], shape: [1, 1, 1]) })
        .contains("that of the positions"))
    let empty = folder.file("empty.h5")
    try HDF5File.create(empty).close()
    #expect(try message(empty).contains("no group /particles"))
  }

  /// Truncated and damaged files end in an error or in frames.
  @Test func damagedBytes() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try make())))
    let path = folder.file("damaged.h5")
    var random = SplitMix64(seed: 8)
    var refused = 0
    for _ in 0..<300 {
      var damaged = bytes
      if random.next(below: 4) == 0 {
        damaged.removeSubrange(random.next(below: bytes.count)...)
      } else {
        for _ in 0...random.next(below: 4) {
          damaged[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
        }
      }
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      if try message(path) != "no error" { refused += 1 }
    }
    #expect(refused > 50)
  }
}
