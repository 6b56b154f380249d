import Analysis
import Checkpoints
import Crystal
import Foundation
import Mathematics
import Mechanism
import Runner
import Testing
import Trajectory

/// The result of applying a run's own estimator to its record.
///
/// For runs of bcc Na2B12H12 whose mobile ions, anions and correlations have the same interval, and whose
/// sampling stage is a whole number of them.
struct RecordedCorrelations {
  let correlations: RunCorrelations
  let estimator: MultipleTauEstimator
  let interval_ps: Double
  private let cells: [Cell]
  private let cations: [Float]
  private let anions: [Float]
  private let turns: [Float]
  private let cationCount: Int
  private let anionCount: Int

  init(run: String) throws {
    correlations = try #require(try RunCorrelations(directory: run))
    let record = try RunRecord(directory: run)
    try #require(record.problems.isEmpty)
    let steps = try record.steps(of: "mobile")
    try #require(try record.steps(of: "anions") == steps)
    cells = try record.cells(of: "mobile")
    func all(_ group: String, _ read: (Int, Range<Int>) throws -> [Float], _ width: Int) throws -> (
      [Float], Int
    ) {
      var frames = [[Float]](repeating: [], count: steps.count)
      for block in try record.usableBlocks(of: group) {
        let count = try record.species(of: group, block: block).count
        let values = try read(block, 0..<count)
        for frame in frames.indices {
          frames[frame] += values[(frame * count * width)..<((frame + 1) * count * width)]
        }
      }
      return (frames.flatMap(\.self), frames[0].count / width)
    }
    (cations, cationCount) = try all(
      "mobile",
      {
        try record.readPositions(group: "mobile", block: $0, members: $1, frames: 0..<steps.count)
      }, 3)
    (anions, anionCount) = try all(
      "anions",
      {
        try record.readPositions(group: "anions", block: $0, members: $1, frames: 0..<steps.count)
      }, 3)
    (turns, _) = try all(
      "anions",
      {
        try record.readOrientations(group: "anions", block: $0, members: $1, frames: 0..<steps.count)
      }, 4)
    estimator = MultipleTauEstimator.multipleTau(sampleCount: steps.count)
    interval_ps = Double(steps[1] - steps[0]) * record.plan.timestep_ps
  }

  /// Expects every function of positions and orientations to equal that of the record. Samples are the floats
  /// of the record, and products are in double precision: only the order of sums differs, which rounds
  /// coordinates of some 10 Å to 1e-15 Å, compared with displacements of 0.01 Å.
  func expectEqual(structure: Structure) throws {
    var (cations, anions) = (cations, anions)
    let fractions = [cations, anions].compactMap { MultipleTauEstimator.fractions(of: $0, cells: cells) }
    let mean = fractions.first?.mean
    if fractions.count == 2 { (cations, anions) = (fractions[0].paths, fractions[1].paths) }
    #expect(correlations.displacements == (mean.map { .inMeanCell($0) } ?? .inFixedCell))
    let frames = cells.count
    var path = try ReferencePath(frameCount: frames)
    try path.add(anions, masses_amu: [Double](repeating: 1, count: anionCount))
    let reference = try path.finish()
    let block = correlations.blockDuration_ps
    let blocks = (0..<frames).map { (frame: Int) -> Int in
      // A frame between two blocks belongs to the earlier one.
      max(0, Int((Double(frame) * interval_ps / block - 1e-9).rounded(.down)))
    }
    func moved(_ paths: [Float], _ members: Int, _ power: Int) -> MultipleTauEstimator.Sums {
      estimator.displacements(
        paths, reference: reference, blocks: blocks, members: members, power: power, cell: mean)
    }
    try expect("displacement-2", "Na", moved(cations, cationCount, 1))
    try expect("displacement-4", "Na", moved(cations, cationCount, 2))
    try expect("displacement-2", "B12H12", moved(anions, anionCount, 1))
    try expect("displacement-4", "B12H12", moved(anions, anionCount, 2))

    let anion = try #require(structure.moleculeRanges.first { $0.count > 1 })
    let masses = structure.elements[anion].map { Element(symbol: $0)?.mass_amu ?? 0 }
    var centre = Vector3()
    for (mass, atom) in zip(masses, anion) { centre += structure.positions[atom] * mass }
    centre = centre / masses.reduce(0, +)
    let vectors = bodyVectors(
      elements: Array(structure.elements[anion]), geometry: anion.map { structure.positions[$0] - centre })
    for degree in [1, 2] {
      try expect(
        "rotation-\(degree)", "B12H12",
        estimator.orientations(turns, vectors: vectors, degree: degree, blocks: blocks, members: anionCount))
    }
    try expectTheMeanOfTheAnalysis()
  }

  private func expect(_ quantity: String, _ species: String, _ wanted: MultipleTauEstimator.Sums) throws {
    let found = try #require(
      correlations.series.first { $0.quantity == quantity && $0.species == species })
    #expect(zip(found.lag_ps, estimator.lags).allSatisfy { abs($0 - Double($1) * interval_ps) < 1e-9 })
    #expect(found.counts == wanted.counts, "\(quantity) \(species)")
    let scale = wanted.counts.flatMap(\.self).max() ?? 0
    let isTurn = quantity.hasPrefix("rotation")
    for (a, b) in zip(found.sums.joined(), wanted.sums.joined()) {
      #expect(abs(a - b) <= 1e-9 * abs(b) + (isTurn ? 1e-12 * scale : 0), "\(quantity) \(species)")
    }
  }

  /// At the lags of level 0 every origin is used: the result is the mean squared displacement of `aggregate`,
  /// which uses Fourier transforms (1e-9 of some 10 Å²). In a cell that changes the two round places to single
  /// precision in other units: 1e-6 Å, which displacements of up to 1 Å average to less than 1e-7 Å².
  private func expectTheMeanOfTheAnalysis() throws {
    var (cations, anions) = (cations, anions)
    let paths = MeanCellPaths(cells: cells)
    try paths?.place(&cations, ionCount: cationCount)
    try paths?.place(&anions, ionCount: anionCount)
    var path = try ReferencePath(frameCount: cells.count)
    try path.add(anions, masses_amu: [Double](repeating: 1, count: anionCount))
    let reference = try path.finish()
    let accumulator = try RunMobilityAccumulator(
      frameCount: cells.count, frameInterval_ps: interval_ps, reference: reference)
    try accumulator.add(ions: cations, ionCount: cationCount)
    let whole = try accumulator.finish().msd_A2
    let found = try #require(
      correlations.series.first { $0.quantity == "displacement-2" && $0.species == "Na" })
    for lag in 1..<min(16, cells.count) {
      #expect(abs((found.mean[lag - 1] ?? .nan) - whole[lag]) < (paths == nil ? 1e-8 : 1e-7), "lag \(lag)")
    }
  }
}

extension WithRanks {
  @Suite struct CorrelationTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private static var study: SmallStudy {
      var study = SmallStudy()
      study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 1 ps}"
      study.record =
        "{mobile: 5 fs, anions: 5 fs, all: 50 fs, observables: 50 fs, correlations: 5 fs, checkpoint: 1 h}"
      study.temperatures = "1500 K"
      return study
    }

    private static func structure() throws -> Structure {
      let rows = [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]
      return try buildStructure(named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: rows), seed: 1)
    }

    /// On one rank and on four, and in a changing cell: the data that migrate with the molecules are not
    /// lost, and add up to the result from the record.
    @Test(arguments: [1, 4], ["nvt", "npt"]) func correlationsAreThoseOfTheRecord(
      _ ranks: Int, _ ensemble: String
    ) throws {
      var manifest = Self.study
      if ensemble == "npt" {
        manifest.dynamics = "{ensemble: npt, barostat: {mtk: {damping: 0.3 ps, cell: full}}, timestep: 1 fs}"
      }
      let study = try manifest.plan(in: folder)
      try #require(try simulate(study, ranks: ranks) == 0)
      let recorded = try RecordedCorrelations(run: try study.run())
      #expect(recorded.correlations.isComplete)
      #expect(recorded.correlations.sampled_ps == 1)
      #expect(recorded.correlations.blockDuration_ps == 0.2)
      #expect(recorded.correlations.series.count == 13)
      try recorded.expectEqual(structure: try Self.structure())
      guard ranks > 1 else { return }
      // The two checkpoints are those at the ends of equilibration and sampling.
      let owners = try ["a", "b"].map { try Self.owners("\(try study.run())/checkpoint.\($0).h5", folder) }
      #expect(owners.map(\.count) == [ranks, ranks])
      #expect(owners[0] != owners[1], "no molecule has migrated")
    }

    /// Velocities are not recorded, so different numbers of ranks must agree: in double precision paths
    /// diverge from 1e-13 Å by a factor of e in 0.1 ps, which half a picosecond makes 1e-11; samples are
    /// rounded to 1e-7 and their products average.
    @Test func velocitiesDoNotDependOnRanks() throws {
      var manifest = SmallStudy()
      manifest.forces = "{cutoff: 9 Å, precision: double}"
      manifest.stages = "{sample: 0.3 ps}"
      manifest.record = "{velocities: 1 fs, checkpoint: 1 h}"
      let found = try [1, 4].map { ranks in
        let study = try manifest.plan(in: folder, as: "on-\(ranks)")
        try #require(try simulate(study, ranks: ranks) == 0)
        return try #require(try RunCorrelations(directory: try study.run()))
      }
      for (a, b) in zip(found[0].series, found[1].series) {
        #expect(a.quantity == b.quantity && a.species == b.species && a.counts == b.counts)
        let scale = a.sums.flatMap(\.self).map(abs).max() ?? 0
        for (x, y) in zip(a.sums.joined(), b.sums.joined()) {
          #expect(abs(x - y) < 1e-6 * scale, "\(a.quantity) \(a.species)")
        }
      }
    }

    /// A checkpoint of an older version has no correlations: the run resumes, and reports that it computes
    /// none.
    @Test func checkpointOfAnOlderVersion() throws {
      var manifest = Self.study
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.6 ps}"
      manifest.record = "{checkpoint: 0.01 s}"
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.checkpointStep() >= 30 }, "\(first.output)")
      kill(first.process.processIdentifier, SIGUSR1)
      try #require(first.end() == 75)
      let run = try study.run()
      #expect(try RunCorrelations(directory: run)?.isComplete == false)
      try FileManager.default.removeItem(atPath: "\(run)/\(RunCorrelations.fileName)")
      let store = CheckpointStore(directory: run)
      var content = try #require(try store.loadNewest()?.content)
      for name in content.doubles.keys where name.hasPrefix("correlation") { content.doubles[name] = nil }
      content.text["correlation_plan"] = nil
      content.integers["luggage"] = nil
      try store.write(content)
      #expect(try simulate(study) == 0)
      #expect(study.log().contains("the checkpoint has no correlations"))
      #expect(try RunCorrelations(directory: run) == nil)
    }

    /// A checkpoint of a version that joined paths by shortest displacements: in a cell that changes, the run goes on
    /// without correlations and says why; in a fixed cell nothing has changed, and it goes on with them.
    @Test(arguments: ["nvt", "npt"]) func checkpointOfJoinedPaths(_ ensemble: String) throws {
      var manifest = Self.study
      manifest.stages = "{equilibrate: 20 fs, sample: 0.6 ps}"
      if ensemble == "npt" {
        manifest.dynamics = "{ensemble: npt, barostat: {mtk: {damping: 0.3 ps, cell: full}}, timestep: 1 fs}"
      }
      manifest.record = manifest.record.replacingOccurrences(
        of: "checkpoint: 1 h", with: "checkpoint: 0.01 s")
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.checkpointStep() >= 30 }, "\(first.output)")
      kill(first.process.processIdentifier, SIGUSR1)
      try #require(first.end() == 75)
      let run = try study.run()
      let store = CheckpointStore(directory: run)
      var content = try #require(try store.loadNewest()?.content)
      let plan = try #require(content.text["correlation_plan"])
      let old = plan.replacingOccurrences(of: ",\"format\":2", with: "")
        .replacingOccurrences(of: "\"format\":2,", with: "")
      #expect(old != plan)
      content.text["correlation_plan"] = old
      try store.write(content)
      #expect(try simulate(study) == 0)
      #expect(study.log().contains("can't be continued") == (ensemble == "npt"))
      let correlations = try #require(try RunCorrelations(directory: run))
      #expect(correlations.isComplete == (ensemble == "nvt"))
      if ensemble == "nvt" {
        try RecordedCorrelations(run: run).expectEqual(structure: try Self.structure())
      }
    }

    /// Switched off, nothing is kept and nothing is written.
    @Test func noneAreTakenWhereNoneAreWanted() throws {
      var manifest = Self.study
      manifest.stages = "{sample: 50 fs}"
      manifest.record = "{correlations: none, velocities: none, checkpoint: 1 h}"
      let study = try manifest.plan(in: folder)
      try #require(try simulate(study) == 0)
      let run = try study.run()
      #expect(try RunCorrelations(directory: run) == nil)
      let content = try #require(try CheckpointStore(directory: run).loadNewest()?.content)
      #expect(content.integers["luggage"] == nil)
    }

    /// Ids of the molecules that each rank owned when a checkpoint was written.
    private static func owners(_ checkpoint: String, _ folder: Folder) throws -> [Set<Int64>] {
      let copy = "\(folder.path)/one-checkpoint"
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: checkpoint, toPath: "\(copy)/checkpoint.a.h5")
      let content = try #require(try CheckpointStore(directory: copy).loadNewest()?.content)
      let (counts, ids) = (content.integers["molecule_counts"] ?? [], content.integers["molecules"] ?? [])
      var first = 0
      return counts.map { count in
        defer { first += Int(count) }
        return Set(ids[first..<(first + Int(count))])
      }
    }
  }
}
