/// The observables of a stage over time.
public struct ObservablesSeries: Sendable, Equatable {
  /// Steps since the start of the stage.
  public var steps: [Int] = []
  /// ps since the start of the stage.
  public var times_ps: [Double] = []
  public var records: [ObservablesRecord] = []
}

extension RunRecord {
  /// The stages before `sample` that block 0's files have observables of, in alphabetical order.
  public func stages() throws -> [String] {
    let names = try observablesChain.files.flatMap { $0.index.keys }
    let prefix = RecordSeries.stage("")
    return Set(names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }).sorted()
  }

  /// The observables of a stage: all that block 0 has, which may be more records than other series have.
  ///
  /// - Parameter stage: nil for `sample`.
  /// - Throws: `RecordProblem` when block 0 can't be used; `HDF5Error`, `RecordError`.
  public func observables(stage: String? = nil) throws -> ObservablesSeries {
    try Self.observables(
      in: try observablesChain, series: stage.map(RecordSeries.stage) ?? RecordSeries.observables)
  }

  static func observables(in chain: BlockChain, series: String) throws -> ObservablesSeries {
    let steps = chain.steps[series] ?? []
    let frames = 0..<steps.count
    var columns: [String: [Double]] = [:]
    for entry in ObservablesRecord.scalars {
      columns[entry.name] = try read(
        chain, series, dataset: "\(entry.name)/value", frames: frames, members: nil, rowSize: 1,
        as: Double.self)
    }
    let pressure = try read(
      chain, series, dataset: "\(ObservablesRecord.pressureName)/value", frames: frames, members: nil,
      rowSize: 9, as: Double.self)
    func value(_ name: String, _ frame: Int) -> Double { columns[name]?[frame] ?? .nan }
    let records = frames.map { frame in
      ObservablesRecord(
        potentialEnergy_eV: value("potential_energy", frame),
        kineticEnergy_eV: value("kinetic_energy", frame),
        conservedEnergy_eV: value("conserved_energy", frame), temperature_K: value("temperature", frame),
        pressure_GPa: Array(pressure[(9 * frame)..<(9 * frame + 9)]), volume_A3: value("volume", frame),
        molecularPressure_GPa: value("molecular_pressure", frame))
    }
    return ObservablesSeries(steps: steps, times_ps: chain.times_ps[series] ?? [], records: records)
  }
}
