/// Compares the settings of a run with what is usual.
package struct RangeCheck {
  let simulation: SimulationSpecification
  let stages: [StageSettings]
  let temperature_K: Double
  let vibrations: [Vibration]

  /// - Parameter vibrations: the fastest one of each kind of molecule.
  package init(_ simulation: SimulationSpecification, temperature_K: Double, vibrations: [Vibration]) {
    self.simulation = simulation
    self.temperature_K = temperature_K
    self.vibrations = vibrations
    stages = simulation.stageSettings(at: temperature_K).filter { $0.minimisation == nil }
  }

  /// In the order of the keys; each once.
  package var findings: [RangeFinding] {
    var result = temperatures + timesteps
    for stage in stages { result += thermostat(stage) + barostat(stage) }
    var seen: Set<RangeFinding> = []
    return result.filter { seen.insert($0).inserted }
  }

  /// A key of a stage where it gives one, else of `dynamics`.
  private func key(_ name: String, _ stage: StageSettings, _ isOwn: (DynamicsStage) -> Bool) -> String {
    let own = simulation.stages[stage.name]?.dynamics
    return own.map(isOwn) ?? false ? "stages.\(stage.name).\(name)" : "dynamics.\(name)"
  }

  private var temperatures: [RangeFinding] {
    var all = stages.filter { !$0.isAtRunTemperature }.flatMap { stage in
      [stage.temperature.from_K, stage.temperature.to_K].map { ("stages.\(stage.name).temperature", $0) }
    }
    if stages.contains(where: \.isAtRunTemperature) {
      all.insert(("sweep.temperature", temperature_K), at: 0)
    }
    return all.compactMap { key, value in
      if value > UsualRanges.hot_K.warning {
        return RangeFinding(kind: .hot(K: value), key: key, isError: value > UsualRanges.hot_K.error)
      }
      return value < UsualRanges.cold_K ? RangeFinding(kind: .cold(K: value), key: key, isError: false) : nil
    }
  }

  // MARK: timesteps

  private var timesteps: [RangeFinding] {
    let dynamics = simulation.dynamics
    guard !stages.isEmpty else { return [] }
    var result: [RangeFinding] = []
    let free = vibrations.filter(isFree)
    let step = dynamics.timestep_ps
    if let fastest = free.min(by: { $0.period_ps < $1.period_ps }),
      fastest.period_ps < UsualRanges.stepsOfPeriod.warning * step
    {
      result.append(
        RangeFinding(
          kind: .timestepOfBond(ps: step, fastest), key: "dynamics.timestep",
          isError: fastest.period_ps < UsualRanges.stepsOfPeriod.error * step))
    } else if step > UsualRanges.timestep_ps.warning {
      result.append(
        RangeFinding(
          kind: .timestep(ps: step), key: "dynamics.timestep", isError: step > UsualRanges.timestep_ps.error))
    }
    if let outer = dynamics.outerTimestep_ps, outer > UsualRanges.timestep_ps.warning {
      result.append(
        RangeFinding(
          kind: .timestep(ps: outer), key: "dynamics.multiple-timestep.outer",
          isError: outer > UsualRanges.timestep_ps.error))
    }
    if let outer = dynamics.outerTimestep_ps, simulation.potential.nep != nil,
      let fastest = free.min(by: { $0.period_ps < $1.period_ps }),
      fastest.period_ps < UsualRanges.longStepsOfPeriod * outer
    {
      result.append(
        RangeFinding(
          kind: .longStepOfBond(ps: outer, fastest), key: "dynamics.multiple-timestep.outer", isError: false))
    }
    return result
  }

  /// Whether the bonds of a molecule can stretch in any stage.
  private func isFree(_ vibration: Vibration) -> Bool {
    guard !simulation.dynamics.rigid.contains(vibration.molecule) else { return false }
    return stages.contains { $0.freeze[vibration.molecule] != .all }
  }

  // MARK: thermostat and barostat

  private func thermostat(_ stage: StageSettings) -> [RangeFinding] {
    let step = simulation.dynamics.step_ps
    let key = key("thermostat", stage) { $0.thermostat != nil }
    switch stage.thermostat {
    case nil: return []
    case .noseHooverChain(let damping):
      if damping < UsualRanges.thermostatSteps.warning * step {
        return [
          RangeFinding(
            kind: .shortThermostatDamping(ps: damping, timestep_ps: step), key: key,
            isError: damping < UsualRanges.thermostatSteps.error * step)
        ]
      }
      guard damping > UsualRanges.thermostat_ps else { return [] }
      return [RangeFinding(kind: .longThermostatDamping(ps: damping), key: key, isError: false)]
    case .langevin(let friction):
      if friction * step > 1 {
        return [
          RangeFinding(kind: .frictionInOneStep(per_ps: friction, timestep_ps: step), key: key, isError: true)
        ]
      }
      guard friction > UsualRanges.friction_per_ps else { return [] }
      return [RangeFinding(kind: .strongFriction(per_ps: friction), key: key, isError: false)]
    }
  }

  private func barostat(_ stage: StageSettings) -> [RangeFinding] {
    let step = simulation.dynamics.step_ps
    let key = key("barostat", stage) { $0.barostat != nil }
    var result: [RangeFinding] = []
    switch stage.barostat?.method {
    case nil: return []
    case .mtk(let damping):
      if damping < UsualRanges.barostatSteps.warning * step {
        result.append(
          RangeFinding(
            kind: .shortBarostatDamping(ps: damping, timestep_ps: step), key: key,
            isError: damping < UsualRanges.barostatSteps.error * step))
      } else if damping > UsualRanges.barostat_ps {
        result.append(RangeFinding(kind: .longBarostatDamping(ps: damping), key: key, isError: false))
      }
    case .parrinelloRahman(_, let friction):
      if friction * step > 1 {
        result.append(
          RangeFinding(kind: .frictionInOneStep(per_ps: friction, timestep_ps: step), key: key, isError: true)
        )
      }
    }
    if abs(stage.pressure_GPa) > UsualRanges.pressure_GPa {
      result.append(
        RangeFinding(
          kind: .pressure(GPa: stage.pressure_GPa),
          key: self.key("pressure", stage) { $0.pressure_GPa != nil },
          isError: false))
    }
    return result
  }
}
