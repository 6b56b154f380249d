import Support
import Units

/// A stage of a run with everything that it takes from `dynamics` and from the run.
package struct StageSettings: Equatable, Sendable {
  package var name: String
  /// Nil for a stage of dynamics.
  package var minimisation: MinimisationStage?
  /// Of the dynamics; 0 for a minimisation.
  package var steps = 0
  package var time_ps = 0.0
  package var ensemble = Ensemble.nvt
  /// Nil with `nve`.
  package var thermostat: ThermostatSpecification?
  /// Nil unless `npt`.
  package var barostat: BarostatSpecification?
  package var pressure_GPa = 0.0
  /// Velocities are drawn at its start, where they are drawn.
  package var temperature = StageTemperature(0)
  /// Whether the temperature is the run's.
  package var isAtRunTemperature = true
  /// By the ion's formula.
  package var freeze: [String: Freeze.Mode] = [:]
  package var startsAtMeanCell = false
  /// Whether frames are recorded.
  package var records = false

  package var isSample: Bool { name == Stage.sampleName }

  /// What the stage does, in a few words: `nvt, 900 K to 300 K, 20 ps`.
  package var summary: String {
    if let minimisation {
      let cell = minimisation.cell.map { ", cell \($0.rawValue)" } ?? ""
      return "minimisation to \(Quantity.print(minimisation.force_eV_per_A, as: .force))\(cell)"
    }
    func kelvin(_ value: Double) -> String { Quantity.print(value, as: .temperature) }
    var parts = [ensemble.rawValue]
    if temperature.isRamp {
      parts.append("\(kelvin(temperature.from_K)) to \(kelvin(temperature.to_K))")
    } else if !isAtRunTemperature {
      parts.append(kelvin(temperature.from_K))
    }
    if barostat != nil { parts.append(Quantity.print(pressure_GPa, as: .pressure)) }
    if startsAtMeanCell { parts.append("from the mean cell") }
    parts.append(Quantity.print(time_ps, as: .time))
    return parts.joined(separator: ", ")
  }
}

extension SimulationSpecification {
  /// The stages of a run at a temperature, in their order.
  package func stageSettings(at temperature_K: Double) -> [StageSettings] {
    stages.stages.indices.map { index in
      let stage = stages.stages[index]
      switch stage.work {
      case .minimisation(let minimisation):
        return StageSettings(
          name: stage.name, minimisation: minimisation, pressure_GPa: dynamics.pressure_GPa ?? 0,
          temperature: StageTemperature(temperature_K))
      case .dynamics(let own):
        return settings(
          of: own, named: stage.name, at: temperature_K, frozen: own.freeze ?? frozen(inStage: index))
      }
    }
  }

  /// A stage with the manifest's `dynamics` alone, such as a measurement of the pace takes where a run has no other.
  package func plainSettings(at temperature_K: Double) -> StageSettings {
    settings(of: DynamicsStage(), named: "", at: temperature_K, frozen: dynamics.freeze?.species ?? [:])
  }

  private func settings(
    of own: DynamicsStage, named name: String, at temperature_K: Double, frozen: [String: Freeze.Mode]
  ) -> StageSettings {
    let ensemble = dynamics.ensemble(of: own)
    var result = StageSettings(name: name, steps: steps(of: own.time_ps), time_ps: own.time_ps)
    result.ensemble = ensemble
    if ensemble != .nve {
      result.thermostat = own.thermostat ?? dynamics.thermostat ?? DynamicsSpecification().thermostat
    }
    if ensemble == .npt { result.barostat = own.barostat ?? dynamics.barostat ?? BarostatSpecification() }
    result.pressure_GPa = own.pressure_GPa ?? dynamics.pressure_GPa ?? 0
    result.temperature = own.temperature ?? StageTemperature(temperature_K)
    result.isAtRunTemperature = own.temperature == nil
    result.freeze = frozen
    result.startsAtMeanCell = own.startCell == .mean
    result.records = name == Stage.sampleName || own.records == true
    return result
  }

  /// The ions that `dynamics.freeze` freezes in a stage: from the stage that it names on. `equilibrate` is the first
  /// stage where there is none of that name.
  private func frozen(inStage index: Int) -> [String: Freeze.Mode] {
    guard let freeze = dynamics.freeze else { return [:] }
    let first = stages.names.firstIndex(of: freeze.from.stage)
    guard let first = first ?? (freeze.from == .equilibrate ? 0 : nil), first <= index else { return [:] }
    return freeze.species
  }
}
