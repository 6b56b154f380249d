import Manifest
import Runner
import StudyStore
import Support

/// Plans how runs go side by side on this machine.
package struct LocalPlanner: Sendable {
  /// What the user has said.
  package struct Wishes: Sendable {
    /// Instead of the manifest's.
    package var ranks: Int?
    package var jobs: RunSchedule.Jobs

    package init(ranks: Int? = nil, jobs: RunSchedule.Jobs = .automatic) {
      self.ranks = ranks
      self.jobs = jobs
    }
  }

  let study: StudyDirectory
  /// Atoms of each run.
  let sizes: [Int?]
  let wishes: Wishes
  let pool: CorePool
  /// Measures a run on a number of ranks, with a number of copies side by side, as ``PaceMeter/measure(_:ranks:jobs:)``. Nil
  /// where nothing is measured: what the study has measured before is taken, or else what a usual processor does.
  let measure: Measurement?
  /// Called before and after each measurement.
  let observer: @Sendable (PaceEvent) -> Void

  /// A measurement.
  package enum PaceEvent: Sendable {
    case begins(atoms: Int, ranks: Int)
    case ends(PaceCurve)
  }

  package typealias Measurement =
    @Sendable (_ run: RunSpecification, _ ranks: Int, _ jobs: Int) async throws ->
    PaceCurve.Point?

  package init(
    _ study: StudyDirectory, sizes: [Int?], wishes: Wishes, pool: CorePool, measure: Measurement?,
    observer: @escaping @Sendable (PaceEvent) -> Void = { _ in }
  ) {
    self.study = study
    self.sizes = sizes
    self.wishes = wishes
    self.pool = pool
    self.measure = measure
    self.observer = observer
  }

  /// Plans the runs that are not done. Where paces are measured, new ones and choices are written into the study.
  /// - Parameter only: the indices of the runs; nil for all.
  /// - Throws: ``InputError`` for a run that the study does not have; ``RunFailure``; ``StoppedError``.
  package func plan(only: [Int]? = nil) async throws -> LocalPlan {
    let indices = only ?? Array(study.runs.indices)
    for index in indices { _ = try study.run(index) }
    let chosen = try ChosenRanks.read(study.path)
    var work = workloads(indices, chosen)
    if work.contains(where: { $0.ranks == nil }), isWorthMeasuring(work) {
      work = try await measured(work)
    } else {
      for item in work.indices where work[item].ranks == nil { work[item].mostRanks = 1 }
    }
    let ranks = RankChoice(cores: pool.count, jobs: wishes.jobs).choose(work)
    var plan = LocalPlan(
      schedule: RunSchedule(order: [], ranks: ranks, jobs: wishes.jobs), work: work, cores: pool.count)
    plan.chosen = Set(work.filter { $0.ranks == nil }.map(\.run))
    let known = Set(work.map(\.run))
    plan.schedule.order =
      RunTimetable(work, ranks: ranks, cores: pool.count, jobs: wishes.jobs).entries.map(\.run)
      + indices.filter { !known.contains($0) }
    plan.schedule.alone = Set(
      indices.filter { study.runs[$0].manifest.simulated?.potential.isDriven ?? false })
    if measure != nil, isOnDisk, !plan.chosen.isEmpty {
      var record = chosen
      for run in plan.chosen { record.ranks[run] = ranks[run] }
      try record.write(study.path)
    }
    return plan
  }

  // MARK: what is to be done

  /// The runs that are not done, each with the pace that is known.
  private func workloads(_ indices: [Int], _ chosen: ChosenRanks) -> [Workload] {
    let record = PaceRecord.read(study.path)
    var work: [Workload] = []
    for index in indices {
      let run = study.runs[index]
      let state = study.state(of: index)
      guard state.state != .done else { continue }
      let atoms = sizes.indices.contains(index) ? sizes[index] : nil
      let pace = atomStepsPerSecond(of: run.manifest, ranks: 1)
      let assumed = atoms.flatMap { atoms in pace.map { $0 / Double(max(1, atoms)) } }
      var item = Workload(
        run: index, steps: max(0, run.manifest.steps - state.step),
        curve: .assumed(atoms: atoms ?? 0, stepsPerSecond: assumed), ranks: wishes.ranks ?? run.manifest.ranks
      )
      if item.ranks == nil, run.manifest.simulated?.potential.isDriven ?? true { item.ranks = 1 }
      // What was chosen on a larger machine would crowd this one.
      if item.ranks == nil, let ranks = study.decidedRanks(of: index, chosen), ranks <= pool.count {
        item.ranks = ranks
      }
      work.append(item)
    }
    for known in PaceClass.classes(of: work.map(\.run), in: study, sizes: sizes) {
      guard let digest = try? known.digest(study), let curve = record.curve(digest, .here(pool)) else {
        continue
      }
      let runs = Set(known.runs)
      for item in work.indices where runs.contains(work[item].run) { work[item].curve = curve }
    }
    return work
  }

  /// Whether more cores than runs' first ranks could serve, and for long enough.
  private func isWorthMeasuring(_ work: [Workload]) -> Bool {
    guard pool.count > 1 else { return false }
    let all_s = work.reduce(0) { $0 + $1.time_s($1.ranks ?? 1) * Double($1.ranks ?? 1) }
    return all_s / Double(pool.count) > Self.leastTime_s
  }

  /// Runs that take all cores less long than this, on a usual processor, get one rank each, s.
  private static let leastTime_s = 120.0

  // MARK: measuring

  /// Of the kinds of runs with most work; others go by the nearest of these.
  private static let mostClasses = 4

  private func measured(_ work: [Workload]) async throws -> [Workload] {
    var work = work
    let open = work.filter { $0.ranks == nil }
    let classes = PaceClass.classes(of: open.map(\.run), in: study, sizes: sizes)
    let times = Dictionary(uniqueKeysWithValues: work.map { ($0.run, $0.time_s(1)) })
    func weight(_ kind: PaceClass) -> Double { kind.runs.reduce(0) { $0 + (times[$1] ?? 0) } }
    var curves: [(kind: PaceClass, curve: PaceCurve)] = []
    for kind in classes.sorted(by: { weight($0) > weight($1) }).prefix(Self.mostClasses) {
      if let curve = try await curve(of: kind) { curves.append((kind, curve)) }
    }
    for kind in classes {
      let nearest = curves.min { distance($0.kind, kind) < distance($1.kind, kind) }
      guard let nearest else { continue }
      let runs = Set(kind.runs)
      var curve = nearest.curve
      if curve.atoms != kind.atoms {
        let factor = Double(max(1, curve.atoms)) / Double(max(1, kind.atoms))
        for point in curve.points.indices { curve.points[point].stepsPerSecond *= factor }
        curve.atoms = kind.atoms
        curve.system = ""
      }
      for item in work.indices where runs.contains(work[item].run) {
        work[item].curve = curve
        work[item].mostRanks = curve.points.last?.ranks ?? 1
      }
    }
    for item in work.indices where work[item].ranks == nil && work[item].curve.points.count < 2 {
      work[item].mostRanks = 1
    }
    return try await refined(work, curves)
  }

  private func distance(_ a: PaceClass, _ b: PaceClass) -> Int { abs(a.atoms - b.atoms) }

  /// The curve of a kind of runs, as the study has it or measured now: 1, 2, 4, … ranks until more gain little.
  private func curve(of kind: PaceClass) async throws -> PaceCurve? {
    let digest = try kind.digest(study)
    let known = PaceRecord.read(study.path).curve(digest, .here(pool))
    if let known, known.points.count > 1 || measure == nil { return known }
    guard let measure, let first = kind.runs.first else { return known }
    var curve = PaceCurve(system: digest, atoms: kind.atoms, machine: .here(pool), points: [])
    var ranks = 1
    var isCrowded = false
    while ranks <= pool.count {
      observer(.begins(atoms: kind.atoms, ranks: ranks))
      let jobs = max(1, min(kind.runs.count, pool.count / ranks))
      guard let point = try await measure(study.runs[first], ranks, jobs) else { break }
      let before = curve.points.last?.stepsPerSecond ?? 0
      curve.add(point)
      isCrowded = isCrowded || point.jobs < jobs
      guard point.stepsPerSecond > before * Self.leastSpeedUp else { break }
      ranks = ranks == pool.count ? ranks + 1 : min(2 * ranks, pool.count)
    }
    guard !curve.points.isEmpty else { return nil }
    observer(.ends(curve))
    // What was measured while others had some of the cores serves today.
    if !isCrowded { try keep(curve) }
    return curve
  }

  /// Twice as many ranks have to be this much faster for a further doubling to be tried.
  private static let leastSpeedUp = 1.15

  /// Measures what is chosen and lies between two measurements, for it may fit the system badly.
  private func refined(_ work: [Workload], _ curves: [(kind: PaceClass, curve: PaceCurve)]) async throws
    -> [Workload]
  {
    guard let measure else { return work }
    var work = work
    for _ in 0..<2 {
      let ranks = RankChoice(cores: pool.count, jobs: wishes.jobs).choose(work)
      var isNew = false
      for (kind, _) in curves {
        let items = work.filter { $0.curve.isMeasured && kind.runs.contains($0.run) }
        guard var curve = items.first?.curve, let first = kind.runs.first else { continue }
        let open = Set(items.compactMap { $0.ranks == nil ? ranks[$0.run] : nil }).filter { count in
          !curve.points.contains { $0.ranks == count }
        }
        for count in open.sorted().prefix(2) {
          observer(.begins(atoms: kind.atoms, ranks: count))
          let jobs = max(1, min(kind.runs.count, pool.count / count))
          let point = try await measure(study.runs[first], count, jobs)
          if let point { curve.add(point) }
          for item in work.indices where kind.runs.contains(work[item].run) {
            work[item].curve = curve
            if point == nil { work[item].mostRanks = min(work[item].mostRanks, count - 1) }
          }
          isNew = true
        }
        guard !open.isEmpty else { continue }
        observer(.ends(curve))
        if PaceRecord.read(study.path).curve(curve.system, curve.machine) != nil { try keep(curve) }
      }
      guard isNew else { break }
    }
    return work
  }

  private var isOnDisk: Bool { FileKind(at: "\(study.path)/\(StudyDirectory.manifestName)") != nil }

  private func keep(_ curve: PaceCurve) throws {
    guard isOnDisk else { return }
    var record = PaceRecord.read(study.path)
    record.set(curve)
    try record.write(study.path)
  }
}

extension PaceMachine {
  /// The cores that a pool may use.
  static func here(_ pool: CorePool) -> PaceMachine {
    PaceMachine(processor: current.processor, cores: pool.count)
  }
}
