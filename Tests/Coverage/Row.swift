import Analysis
import Mechanism
import Results
import SyntheticMotions
import SyntheticObservables

/// A row of the table, or with its quantities several.
enum Row: Sendable {
  case motion(Motion)
  case sweep(Sweep)
  case observable(ObservableMotion)

  static let all: [Row] =
    Motion.all.map(Row.motion) + Sweep.all.map(Row.sweep) + ObservableMotion.all.map(Row.observable)

  var id: String {
    switch self {
    case .motion(let motion): motion.id
    case .sweep(let sweep): sweep.id
    case .observable(let motion): motion.id
    }
  }

  var name: String {
    switch self {
    case .motion(let motion): motion.name
    case .sweep(let sweep): sweep.name
    case .observable(let motion): motion.name
    }
  }

  var source: String {
    switch self {
    case .motion(let motion): motion.source
    case .sweep(let sweep): sweep.source
    case .observable(let motion): motion.source
    }
  }

  var quantities: [Finding.Quantity] {
    switch self {
    case .motion: [.diffusivity]
    case .sweep(let sweep):
      sweep.isArrhenius
        ? [.activationEnergy, .conductivity] : [.activationEnergy, .conductivity, .lineConductivity]
    case .observable(let motion): motion.truths.map { .observable($0.observable) }
    }
  }

  /// The runs of one set at each of its temperatures, and their truths; nil where no trajectory is made for others.
  func data(set: Int) throws -> RowData? {
    switch self {
    case .motion(let motion):
      let runs = try motion.runs(set: set)
      return RowData(temperatures_K: [600], runs: [runs])
    case .sweep(let sweep):
      let runs = try sweep.runs(set: set)
      return RowData(temperatures_K: runs.temperatures_K, runs: runs.runs, sweep: runs)
    case .observable: return nil
    }
  }

  /// Generates a set and analyses it as a study does.
  func analyse(set: Int) throws -> SetRecord {
    if case .observable(let motion) = self {
      var random = RandomNumbers(name: motion.id, set: set)
      let values = try motion.values(&random)
      return SetRecord(
        set: set,
        findings: motion.truths.map { truth in
          observableFinding(values.named(truth.observable), name: truth.observable, truth: truth.value)
        })
    }
    guard let data = try data(set: set) else { return SetRecord(set: set, findings: []) }
    let pooled = try zip(data.temperatures_K, data.runs).map { temperature_K, runs in
      try poolTemperature(
        temperature_K: temperature_K, runs: runs.mobilities(), volume_A3: RowData.volume_A3,
        parameters: PoolingParameters(formalCharge_e: 1))
    }
    guard case .sweep(let sweep) = self, let truth = data.sweep else {
      return SetRecord(
        set: set, findings: zip(pooled, data.runs).map { diffusivityFinding($0, truth: $1.diffusivity) })
    }
    return SetRecord(set: set, findings: try findings(sweep, truth: truth, pooled: pooled))
  }

  private func findings(
    _ sweep: Sweep, truth: SweepRuns, pooled: [PooledTemperature]
  ) throws -> [Finding] {
    let summary = try summariseSet(
      point: [:], temperatures: pooled, extrapolateTo_K: [RowData.room_K]
    ).0
    var energy = activationEnergyFinding(summary, truth: truth.activationEnergy_eV)
    if sweep.hasIdeal { energy.ideal = truth.activationEnergyFromCounts_eV }
    let ions = try NernstEinstein(
      ionCount: truth.runs[0].grid.ionCount, formalCharge_e: 1, volume_A3: RowData.volume_A3)
    func conductivity(_ diffusivity: Double) -> Finding {
      conductivityFinding(
        summary, at: RowData.room_K,
        truth: ions.conductivity_mS_per_cm(
          diffusivity_A2_per_ps: diffusivity, temperature_K: RowData.room_K))
    }
    var findings = [energy, conductivity(truth.roomDiffusivity)]
    if !sweep.isArrhenius {
      var line = conductivity(truth.lineRoomDiffusivity)
      line.quantity = .lineConductivity
      findings.append(line)
    }
    return findings
  }
}

/// One set of a row.
struct RowData {
  /// Any: conductivities are compared with those of the same cell.
  static let volume_A3 = 1000.0
  static let room_K = 300.0

  var temperatures_K: [Double]
  var runs: [SyntheticRuns]
  /// nil for one temperature.
  var sweep: SweepRuns?
}
