import Analysis
import Crystal
import Foundation
import Trajectory

/// Reads one run's record.
enum RunReader {
  /// Reads a run's record block by block: memory holds one chunk of ions over all frames.
  ///
  /// - Parameter directory: the run's.
  /// - Parameter progress: hears of the bytes of positions that were read.
  /// - Throws: ``LeftOut`` where the record can't be used, naming the files.
  static func read(_ run: RunSpecification, directory: String, progress: ReadingProgress? = nil) throws
    -> RunReading
  {
    let record: RunRecord
    do {
      record = try RunRecord(directory: directory)
    } catch let error as RecordError {
      throw LeftOut(reasons: [error.description])
    }
    guard record.problems.isEmpty else { throw LeftOut(reasons: record.problems.map(\.description)) }
    let steps = even(try record.steps(of: "mobile"))
    guard steps.count >= 2 else { throw LeftOut(reasons: ["\(directory): no sampled frames yet"]) }
    let interval_ps = Double(steps[1] - steps[0]) * record.plan.timestep_ps
    let accumulator = try RunMobilityAccumulator(
      frameCount: steps.count, frameInterval_ps: interval_ps,
      reference: try reference(record, run.manifest, at: steps, progress: progress))
    let cells = try record.cells(of: "mobile")
    let unwrapping = ToroidalUnwrapping(cells: Array(cells.prefix(steps.count)))
    for block in try record.usableBlocks(of: "mobile") {
      let size = record.plan.group("mobile")?.blockSizes[block] ?? 0
      let chunk = max(1, try record.memberChunk(of: "mobile", block: block))
      for first in stride(from: 0, to: size, by: chunk) {
        let members = first..<min(first + chunk, size)
        var positions = try record.readPositions(
          group: "mobile", block: block, members: members, frames: 0..<steps.count)
        progress?.add(bytes: positions.count * MemoryLayout<Float>.size)
        try unwrapping?.unwrap(&positions, ionCount: members.count)
        try accumulator.add(ions: positions, ionCount: members.count)
      }
    }
    let volumes = cells.map(\.volume)
    return RunReading(
      mobility: try accumulator.finish(), series: try series(record, run),
      volume_A3: volumes.reduce(0, +) / Double(volumes.count),
      mechanism: try mechanism(record, run, directory: directory, progress: progress))
  }

  private static func mechanism(
    _ record: RunRecord, _ run: RunSpecification, directory: String, progress: ReadingProgress?
  ) throws -> RunMechanism {
    let taken = try CorrelationObservables.read(directory)
    let frames: RunFrames
    do {
      frames = try RunFrames(record, run, progress: progress)
    } catch let error as LeftOut {
      return RunMechanism(observables: taken + RunObservables(notes: error.reasons))
    }
    let analysis = run.manifest.analysis
    let rows = run.manifest.system.supercell.map { SIMD3($0[0], $0[1], $0[2]) }
    var mechanism = try analyseMechanism(
      system: frames.system, crystal: CrystalFrame(supercell: rows),
      parameters: MechanismParameters(
        shell_A: analysis.shell_A, trigonal: analysis.trigonalCentre,
        symmetriseTolerance_A: analysis.symmetriseTolerance_A)
    ) { try frames.forEach($0) }
    mechanism.observables = mechanism.observables + taken
    return mechanism
  }

  /// The evenly spaced part: the last record of a stage may follow after a shorter interval.
  static func even(_ steps: [Int]) -> [Int] {
    guard steps.count > 2, steps[steps.count - 1] - steps[steps.count - 2] != steps[1] - steps[0] else {
      return steps
    }
    return Array(steps.dropLast())
  }

  /// The path that displacements are measured against, `[frame][3]`, Å; nil for none.
  private static func reference(
    _ record: RunRecord, _ manifest: Manifest, at steps: [Int], progress: ReadingProgress?
  ) throws -> [Double]? {
    let groups: [String]
    switch manifest.analysis.drift {
    case .none: return nil
    case .framework, .anions: groups = ["anions"]
    case .all: groups = ["anions", "mobile"]
    }
    var path: ReferencePath?
    var pathSteps: [Int] = []
    for group in groups where record.plan.group(group) != nil {
      // Anions may be recorded at other steps than ions; the path in between is a straight line.
      if path == nil {
        pathSteps = try record.steps(of: group)
        path = try ReferencePath(frameCount: pathSteps.count)
      }
      guard try record.steps(of: group) == pathSteps else {
        throw LeftOut(reasons: ["drift: all needs anions and ions recorded at the same steps"])
      }
      let unwrapping = ToroidalUnwrapping(cells: try record.cells(of: group))
      for block in try record.usableBlocks(of: group) {
        let species = try record.species(of: group, block: block)
        let chunk = max(1, try record.memberChunk(of: group, block: block))
        for first in stride(from: 0, to: species.count, by: chunk) {
          let members = first..<min(first + chunk, species.count)
          // A body of no mass does not count.
          let masses = members.map {
            isReference(species[$0], manifest) ? mass_amu(species[$0], manifest.dynamics) : 0
          }
          var positions = try record.readPositions(
            group: group, block: block, members: members, frames: 0..<pathSteps.count)
          progress?.add(bytes: positions.count * MemoryLayout<Float>.size)
          try unwrapping?.unwrap(&positions, ionCount: members.count)
          try path?.add(positions, masses_amu: masses)
        }
      }
    }
    guard let path else { return nil }
    return interpolate(try path.finish(), from: pathSteps, at: steps)
  }

  static func isReference(_ kind: String, _ manifest: Manifest) -> Bool {
    if case .anions(let name) = manifest.analysis.drift { return kind == name }
    return true
  }

  static func mass_amu(_ kind: String, _ dynamics: DynamicsSpecification) -> Double {
    var mass = 0.0
    for match in kind.matches(of: /([A-Z][a-z]?)([0-9]*)/) {
      let element = String(match.1)
      let usual = Element(symbol: element)?.mass_amu ?? 1
      let scale = kind == element ? 1 : dynamics.massScale[element] ?? 1
      mass += (dynamics.masses_amu[element] ?? usual) * scale * (Double(match.2) ?? 1)
    }
    return mass * (dynamics.massScale[kind] ?? 1)
  }

  private static func interpolate(_ path: [Double], from old: [Int], at new: [Int]) -> [Double] {
    guard old != new, old.count > 1 else { return path }
    var k = 0
    return new.flatMap { step -> [Double] in
      while k + 2 < old.count && old[k + 1] < step { k += 1 }
      let share = Double(step - old[k]) / Double(old[k + 1] - old[k])
      return (0..<3).map { path[3 * k + $0] + share * (path[3 * k + 3 + $0] - path[3 * k + $0]) }
    }
  }

  private static func series(_ record: RunRecord, _ run: RunSpecification) throws -> RunSeries {
    let observables = try record.observables()
    // A figure shows no more than this.
    let thinning = max(1, observables.records.count / 400)
    let kept = stride(from: 0, to: observables.records.count, by: thinning)
    return RunSeries(
      run: run.directoryName, time_ps: kept.map { observables.times_ps[$0] },
      temperature_K: kept.map { observables.records[$0].temperature_K },
      potentialEnergy_eV: kept.map { observables.records[$0].potentialEnergy_eV },
      conservedEnergy_eV: kept.map { observables.records[$0].conservedEnergy_eV },
      atomCount: record.plan.group("all")?.memberCount ?? 0)
  }
}
