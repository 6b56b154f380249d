import Compare
import Crystal
import Decomposition
import Dynamics
import Foundation
import HDF5
import Manifest
import Mathematics
import Model
import NEP
import Scheduler
import SinglePoints
import StudyStore
import Support
import TestSupport
import Trajectory
import TrajectoryImport

/// The errors that users see.
func isRefusal(_ error: any Error) -> Bool {
  error is any ExitingError || error is StructureError || error is TrajectoryProblem || error is RecordProblem
    || error is RecordError || error is HDF5Error || error is PotentialError || error is StateFault
    // Motion that ends a run by name: of speeds and forces that are numbers, and too large.
    || error is DecompositionError
}

func readTrajectory(
  _ path: String, _ format: TrajectoryFormat, _ change: (inout ImportHints) -> Void = { _ in }
)
  throws -> UInt64
{
  var hints = ImportHints()
  hints.timestep_ps = 0.001
  change(&hints)
  var digest = ContentDigest()
  let run = try ImportedRun([path], format: format, hints: hints)
  while let frame = try run.next() {
    for r in frame.positions {
      precondition(r.x.isFinite && r.y.isFinite && r.z.isFinite)
      digest.add(r.x + 3 * r.y + 7 * r.z)
    }
  }
  return digest.value
}

private func readStructure(_ path: String) throws -> UInt64 {
  let structure = try StructureFile.read(path: path).realise(seed: 1)
  var digest = ContentDigest()
  for r in structure.positions {
    precondition(r.x.isFinite && r.y.isFinite && r.z.isFinite)
    digest.add(r.x + 3 * r.y + 7 * r.z)
  }
  return digest.value
}

/// The readers of text.
let textTargets: [FuzzTarget] = [
  FuzzTarget("extxyz", .text) { try readTrajectory(try $0.write("a.extxyz"), .extxyz) },
  FuzzTarget("dump", .text) { input in
    try readTrajectory(try input.write("a.dump"), .lammpsDump) {
      if input.number % 3 == 0 { $0.elements = .ofTypes([1: "Na", 2: "Cl"]) }
    }
  },
  FuzzTarget("xdatcar", .text) {
    try readTrajectory(try $0.write("XDATCAR"), .xdatcar) { $0.frameInterval_ps = 0.1 }
  },
  FuzzTarget("cif", .text) { try readStructure(try $0.write("a.cif")) },
  FuzzTarget("poscar", .text) { try readStructure(try $0.write("a.poscar")) },
  FuzzTarget("data", .text) { try readStructure(try $0.write("a.data")) },
  FuzzTarget("structure-extxyz", .text, corpus: "extxyz") { try readStructure(try $0.write("a.xyz")) },
  FuzzTarget("nep", .own) { input in
    var random = SplitMix64(seed: SplitMix64.number(input.number + 1, seed: 22))
    var damaged = input
    damaged.bytes = Mutation.text(Array(SmallNEP(["Na", "Cl"]).text.utf8), &random)
    return UInt64(try NEPModel.load(path: try damaged.write("nep.txt")).elements.count)
  },
  FuzzTarget("frames", .text, corpus: "extxyz") { input in
    let reader = try LabelledFrameReader(try input.write("a.extxyz"), arrays: ["forces", "vel"])
    var digest = ContentDigest()
    while let frame = try reader.next() {
      precondition(frame.symbols.count == frame.positions.count)
      for r in frame.positions + frame.vectors.values.joined() {
        precondition(r.x.isFinite && r.y.isFinite && r.z.isFinite)
        digest.add(r.x + 3 * r.y + 7 * r.z)
      }
      for (key, counts) in [("energy", [1]), ("stress", [6, 9])] {
        for number in try frame.numbers(key, counts: counts) ?? [] { digest.add(number) }
      }
    }
    return digest.value
  },
  FuzzTarget("active-set", .own) { input in
    var small = SmallNEP(["Na"])
    (small.counts, small.degrees, small.neurons) = ((0, 0), "1", 1)
    var random = SplitMix64(seed: SplitMix64.number(input.number + 1, seed: 23))
    var (model, set) = (input, input)
    model.bytes = Array(small.text.utf8)
    let sound = "Na 4 4\n" + (0..<16).map { "\(Double($0) / 8)\n" }.joined()
    set.bytes = Mutation.text(Array(sound.utf8), &random)
    return UInt64(
      try NEPActiveSet(
        path: try set.write("a.asi"), model: .load(path: try model.write("nep.txt")), order: .rows
      ).size)
  },
  FuzzTarget("yaml", .text) { UInt64(try StudyPlan(manifestAt: try $0.write("study.yaml")).runs.count) },
  FuzzTarget("targets", .text) {
    var digest = ContentDigest()
    digest.add(try TargetFile(contentsOf: try $0.write("targets.yaml")).title)
    return digest.value
  },
  FuzzTarget("site", .text) {
    _ = try SiteProfile(contentsOf: try $0.write("site.yaml"))
    return 0
  },
]
