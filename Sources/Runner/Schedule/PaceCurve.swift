import Foundation
import StudyStore
import Support

/// How fast runs of one system go on one kind of machine, by their number of ranks, while as many of them go as fit.
package struct PaceCurve: Codable, Equatable, Sendable {
  /// A measurement.
  package struct Point: Codable, Equatable, Sendable {
    package var ranks: Int
    /// Runs side by side.
    package var jobs: Int
    /// Of one run, the mean over the runs.
    package var stepsPerSecond: Double

    package init(ranks: Int, jobs: Int, stepsPerSecond: Double) {
      self.ranks = ranks
      self.jobs = jobs
      self.stepsPerSecond = stepsPerSecond
    }

    enum CodingKeys: String, CodingKey {
      case ranks, jobs
      case stepsPerSecond = "steps_per_second"
    }
  }

  /// What the pace depends on (``PaceClass``), as a SHA-256; empty for an assumed curve.
  package var system: String
  package var atoms: Int
  package var machine: PaceMachine
  /// By rising number of ranks; none where nothing is known.
  package var points: [Point]

  package init(system: String = "", atoms: Int, machine: PaceMachine = .current, points: [Point]) {
    self.system = system
    self.atoms = atoms
    self.machine = machine
    self.points = points.sorted { $0.ranks < $1.ranks }
  }

  /// Not measured, from the pace of one rank.
  package static func assumed(atoms: Int, stepsPerSecond: Double?) -> PaceCurve {
    PaceCurve(
      atoms: atoms,
      points: stepsPerSecond.map { [Point(ranks: 1, jobs: 1, stepsPerSecond: $0)] } ?? [])
  }

  package var isMeasured: Bool { !system.isEmpty }

  /// Steps per second of one run on a number of ranks: between two measurements a power of the number, beyond the last one
  /// constant, and where one number alone is known its power 0.85. Nil where nothing is known.
  package func stepsPerSecond(ranks: Int) -> Double? {
    guard let first = points.first, let last = points.last else { return nil }
    if let exact = points.first(where: { $0.ranks == ranks }) { return exact.stepsPerSecond }
    if points.count == 1 {
      return first.stepsPerSecond * pow(Double(ranks) / Double(first.ranks), Self.assumedPower)
    }
    guard ranks < last.ranks else { return last.stepsPerSecond }
    guard let upper = points.firstIndex(where: { $0.ranks > ranks }), upper > 0 else {
      return first.stepsPerSecond * Double(ranks) / Double(first.ranks)
    }
    let (a, b) = (points[upper - 1], points[upper])
    let power =
      log(b.stepsPerSecond / a.stepsPerSecond) / log(Double(b.ranks) / Double(a.ranks))
    return a.stepsPerSecond * pow(Double(ranks) / Double(a.ranks), power)
  }

  private static let assumedPower = 0.85

  /// Takes a further measurement, in place of one of the same number of ranks.
  package mutating func add(_ point: Point) {
    points.removeAll { $0.ranks == point.ranks }
    points.append(point)
    points.sort { $0.ranks < $1.ranks }
  }
}

/// What a pace holds of beside the system.
package struct PaceMachine: Codable, Equatable, Sendable {
  /// The processor's name.
  package var processor: String
  package var cores: Int
  /// Of this program.
  package var version: String

  package init(processor: String, cores: Int, version: String = paddlewheelVersion) {
    self.processor = processor
    self.cores = cores
    self.version = version
  }

  /// Where this process is.
  package static let current = PaceMachine(
    processor: MachineCores.processorName(), cores: MachineCores.allowed().count)
}

/// `pace.json` of a study: what was measured on any machine.
package struct PaceRecord: Codable, Equatable, Sendable {
  package var curves: [PaceCurve] = []

  private static func path(_ study: String) -> String { "\(study)/pace.json" }

  /// Empty where there is none, or it can't be read: it is then measured anew.
  package static func read(_ study: String) -> PaceRecord {
    guard let data = FileContents.own(path(study), most: 1 << 24),
      let record = try? SealedRecord.decode(PaceRecord.self, from: data)
    else { return PaceRecord() }
    return record
  }

  /// - Throws: ``FileError``.
  package func write(_ study: String) throws {
    try AtomicFile.write(try SealedRecord.encode(self), to: Self.path(study))
  }

  package func curve(_ system: String, _ machine: PaceMachine) -> PaceCurve? {
    curves.first { $0.system == system && $0.machine == machine && !$0.points.isEmpty }
  }

  /// Takes a curve in place of an older one of the same.
  package mutating func set(_ curve: PaceCurve) {
    curves.removeAll { $0.system == curve.system && $0.machine == curve.machine }
    curves.append(curve)
  }
}

extension PaceRecord: StudyRecord {
  package func check() throws(RecordFault) {
    for (number, curve) in curves.enumerated() {
      try require(curve.atoms, "curves.\(number).atoms", 0...Int(Int32.max))
      for point in curve.points {
        try require(point.ranks, "curves.\(number).points.ranks", RecordRange.ranks)
        try require(point.stepsPerSecond, "curves.\(number).points.steps_per_second", 1e-12...1e12)
      }
    }
  }
}
