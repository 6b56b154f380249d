import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import Trajectory
@testable import TrajectoryImport

/// H5MD files of a hundred kilobytes that claim gigabytes, or numbers beyond any.
@Suite struct HostileH5MDTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two atoms over three frames, with parts replaced.
  private func message(_ odd: Odd) throws -> String {
    let path = folder.file("a.h5")
    let file = try HDF5File.create(path, replacing: true)
    let group = try file.root().createGroup("particles").createGroup("all")
    let position = try group.createGroup("position")
    let atoms = odd == .atoms ? 100_000_000 : 2
    let frames = odd == .frames ? 900_000_000 : 3
    let chunking = HDF5Chunking(chunk: [1, 2, 3], maximum: [nil, atoms, 3])
    let value = try position.createDataset(
      "value", of: Float.self, shape: [frames, atoms, 3], chunking: chunking)
    if odd != .atoms, odd != .frames { try value.write([Float](repeating: 1, count: 18)) }
    try value.setAttribute("unit", "Angstrom")
    let increment: Int64 = odd == .increment ? 1 << 62 : 10
    let step = try position.writeDataset("step", [increment], shape: [])
    if odd == .offset { try step.setAttribute("offset", Int64.max) }
    try position.writeDataset("time", [0.1], shape: []).setAttribute("unit", "ps")
    let box = try group.createGroup("box")
    if odd == .edges {
      _ = try box.createDataset(
        "edges", of: Double.self, shape: [1_000_000, 1_000_000], chunking: HDF5Chunking(chunk: [10, 10]))
    } else {
      try box.writeDataset("edges", [9.0, 9, 9])
    }
    let names = HDF5Enumeration(values: ["Na": 0])
    if odd == .species {
      _ = try group.createDataset(
        "species", of: Int32.self, shape: [900_000_000], chunking: HDF5Chunking(chunk: [1000]))
    } else {
      try group.writeEnumeration("species", ["Na", "Na"], type: names)
    }
    try file.close()
    do {
      let run = try ImportedRun([path], format: .h5md, hints: ImportHints())
      while try run.next() != nil {}
      return "no error"
    } catch let problem as TrajectoryProblem {
      #expect(problem.file == path)
      return problem.description
    }
  }

  enum Odd: CaseIterable { case none, atoms, frames, offset, increment, edges, species }

  @Test func whatIsThereIsRead() throws { #expect(try message(.none) == "no error") }

  @Test(arguments: Odd.allCases.filter { $0 != .none }) func claimsAreRefusedAtOnce(_ odd: Odd) throws {
    let begun = Date()
    let message = try message(odd)
    let wanted =
      switch odd {
      case .none: ""
      case .atoms, .frames: "position/value: found extents of"
      case .offset: "position/step: found an offset of 9223372036854775807 and steps of 10"
      case .increment: "position/step: found an offset of 0 and steps of 4611686018427387904"
      case .edges: "box: found no edges"
      case .species: "species: found extents of 3600000000 bytes"
      }
    #expect(message.contains(wanted), "\(message)")
    #expect(-begun.timeIntervalSinceNow < 5)
  }
}
