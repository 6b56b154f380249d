import AdaptiveSampling
import Foundation
import Manifest
import Mathematics
import Results
import StudyStore
import Support

/// Plans further sampling, round by round, where it reduces the errors most.
package struct StudyExtender: Sendable {
  package let study: StudyDirectory
  package let target: SamplingTarget
  /// Limit of the core-hours of all rounds; nil for none.
  package let budget: Double?

  package init(_ study: StudyDirectory, target: SamplingTarget, budget: Double?) {
    self.study = study
    self.target = target
    self.budget = budget
  }

  /// Runs of each set, in the order of the results.
  private var sets: [[RunSpecification]] {
    RunGrouping(study.runs).sets.map { set in set.map { study.runs[$0] } }
  }

  /// For each set the first one with the same runs: several species diffuse in the same runs.
  private var firstSets: [Int] {
    var known: [[Int]: Int] = [:]
    return RunGrouping(study.runs).sets.enumerated().map { index, runs in
      defer { known[runs] = known[runs] ?? index }
      return known[runs] ?? index
    }
  }

  /// Core-hours planned by the rounds so far.
  package func spent() throws -> Double {
    try ExtensionFolder(study: study.path).all().reduce(0) { $0 + $1.coreHours }
  }

  /// Plans the next round from the study's results. Of several species the one with the largest error counts at each
  /// temperature.
  /// - Parameters:
  ///   - cost: the pace of the runs.
  ///   - atoms: number of atoms of a run.
  /// - Returns: beside the next round all that is needed, if errors fall as they are expected to.
  /// - Throws: ``RunFailure`` where there are no results.
  package func plan(cost: CostEstimate, atoms: (RunSpecification) -> Int?) throws -> (
    round: SamplingPlan, whole: SamplingPlan
  ) {
    let (summary, _) = try results(of: study)
    let sets = sets
    let firstSets = firstSets
    var points: [SamplingPoint] = []
    var energies: [Int: Double] = [:]
    var targets: [Int: Double] = [:]
    for (index, set) in summary.sets.enumerated() where sets.indices.contains(index) {
      for temperature in set.temperatures {
        guard let run = sets[index].first(where: { $0.temperature_K == temperature.temperature_K }),
          let atoms = atoms(run)
        else { continue }
        // Assumes linear scaling: core-hours that do not depend on the number of ranks.
        let steps_per_ps = 1 / run.manifest.step_ps
        let cost_per_ps = steps_per_ps * Double(atoms) / cost.atomStepsPerSecond / 3600
        let first = firstSets[index]
        let point = SamplingPoint(set: first, temperature, cost_per_ps: cost_per_ps)
        let known = points.firstIndex { $0.set == first && $0.temperature_K == point.temperature_K }
        if let known {
          if point.relativeError > points[known].relativeError { points[known] = point }
        } else {
          points.append(point)
        }
      }
      if let energy = set.activationEnergy_eV, let error = set.activationEnergyError_eV, energy > 0 {
        let first = firstSets[index]
        energies[first] = max(energies[first] ?? 0, error / energy)
        if let limit = target.energyLimit(energy) { targets[first] = min(targets[first] ?? limit, limit) }
      } else if target.relative == nil {
        throw IncompleteError(
          "set \(index) has no activation energy yet, so that its error can't be planned: give --target for each D, too"
        )
      }
    }
    let wanted = sets.indices.filter { firstSets[$0] == $0 }.reduce(0) {
      $0 + Set(sets[$1].map(\.temperature_K)).count
    }
    let known = points.count { $0.sampled_ps > 0 }
    guard known == wanted else {
      throw IncompleteError(
        "\(wanted - known) of \(wanted) points have no results yet: finish their runs first",
        missing: summary.missing)
    }
    let left = try budget.map { max(0, $0 - (try spent())) }
    func plan(_ budget: Double?, growth: Double) -> SamplingPlan {
      SamplingPlan(
        points, energyErrors: energies, target: target.relative, energyTargets: targets, budget: budget,
        growth: growth)
    }
    return (plan(left, growth: SamplingPlan.largestGrowth), plan(nil, growth: SamplingPlan.wholeGrowth))
  }

  /// Records a plan as the next round.
  /// - Returns: the study with the longer runs, and their indices.
  /// - Throws: ``RunFailure``.
  package func add(_ plan: SamplingPlan) throws -> (study: StudyDirectory, runs: [Int]) {
    let sets = sets
    var lengths: [Int: Double] = [:]
    var cost = 0.0
    for (point, time_ps) in zip(plan.points, plan.times_ps) where time_ps > point.sampled_ps {
      let runs = sets[point.set].filter { $0.temperature_K == point.temperature_K }
      for run in runs {
        guard let simulation = run.manifest.simulated, let now_ps = simulation.stages.sample_ps else {
          continue
        }
        let more_ps = (time_ps - point.sampled_ps) / Double(runs.count)
        guard now_ps + more_ps < RecordRange.longest_ps(step_ps: simulation.dynamics.step_ps) else {
          throw RunFailure(
            "\(study.resultsPath)/summary.json: found \(point.sampled_ps) ps sampled at \(point.temperature_K) K, from "
              + "which follow \(more_ps) ps more; run paddlewheel aggregate again")
        }
        let length_ps = simulation.lengthened(to: now_ps + more_ps)
        lengths[run.index] = length_ps
        cost += (length_ps - now_ps) * point.cost_per_ps
      }
    }
    let folder = ExtensionFolder(study: study.path)
    let number = (try folder.all().last?.number ?? 0) + 1
    try folder.add(
      StudyExtension(
        number: number, created_s: Date().timeIntervalSince1970, target: target.relative,
        energyTarget_eV: target.energy_eV, coreHours: cost,
        sample_ps: lengths))
    return (try StudyDirectory(opening: study.path), lengths.keys.sorted())
  }
}

extension SimulationSpecification {
  /// The duration of a longer sampling stage, ps: a multiple of all recording intervals, so that records stay evenly spaced.
  func lengthened(to time_ps: Double) -> Double {
    let wanted = steps(of: time_ps)
    let now = steps(of: stages.sample_ps)
    let intervals = [record.mobile_ps, record.anions_ps, record.all_ps, record.observables_ps].map {
      max(1, steps(of: $0))
    }
    let unit = intervals.reduce(1) { unit, interval in
      let common = unit / greatestCommonDivisor(unit, interval)
      let (product, overflows) = common.multipliedReportingOverflow(by: interval)
      // A huge common multiple: then whole intervals of the mobile ions, which the results are based on.
      return overflows || product > 1_000_000_000 ? intervals[0] : product
    }
    let whole = (wanted + unit - 1) / unit * unit
    return Double(max(now, whole)) * dynamics.step_ps
  }
}
