/// The observables of a stage over time.
public struct ObservablesSeries: Sendable, Equatable {
  /// Steps since the start of the stage.
  public var steps: [Int] = []
  /// ps since the start of the stage.
  public var times_ps: [Double] = []
  /// One for each step.
  public var records: [ObservablesRecord] = []
}

extension RunRecord {
  /// The stages before `sample` for which block 0 has observables, in alphabetical order.
  public func stages() throws -> [String] {
    let names = try observablesChain.files.flatMap { $0.index.keys }
    let prefix = RecordSeries.stage("")
    return Set(names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }).sorted()
  }

  /// The observables of a stage: all that block 0 has, which may be more records than other series have.
  ///
  /// - Parameter stage: nil for `sample`.
  /// - Parameter most: the approximate largest number of records; of more, every n-th is kept. nil for all.
  /// - Throws: `RecordProblem` when block 0 can't be used; `HDF5Error`, `RecordError`.
  public func observables(stage: String? = nil, most: Int? = nil) throws -> ObservablesSeries {
    let chain = try observablesChain
    let series = stage.map(RecordSeries.stage) ?? RecordSeries.observables
    let count = chain.steps[series]?.count ?? 0
    guard let most, count > most else { return try Self.observables(in: chain, series: series) }
    var kept = ObservablesSeries()
    let step = max(1, count / most)
    // Whole slabs, each starting at a kept record, so that memory holds one at a time.
    let slab = (4096 / step + 1) * step
    for start in stride(from: 0, to: count, by: slab) {
      let part = try Self.observables(in: chain, series: series, frames: start..<min(start + slab, count))
      for index in stride(from: 0, to: part.records.count, by: step) {
        kept.steps.append(part.steps[index])
        kept.times_ps.append(part.times_ps[index])
        kept.records.append(part.records[index])
      }
    }
    return kept
  }

  static func observables(in chain: BlockChain, series: String, frames: Range<Int>? = nil) throws
    -> ObservablesSeries
  {
    let steps = chain.steps[series] ?? []
    let times_ps = chain.times_ps[series] ?? []
    let frames = frames ?? 0..<steps.count
    var columns: [String: [Double]] = [:]
    for entry in ObservablesRecord.scalars {
      columns[entry.name] = try read(
        chain, series, dataset: "\(entry.name)/value", frames: frames, members: nil, rowSize: 1,
        as: Double.self)
    }
    let pressure = try read(
      chain, series, dataset: "\(ObservablesRecord.pressureName)/value", frames: frames, members: nil,
      rowSize: 9, as: Double.self)
    func rows(_ quantity: ObservablesRecord.ByKind) throws -> (Int) -> [Double] {
      let width = quantity.width * (chain.files.first.flatMap { quantity.kinds($0.header.plan) } ?? []).count
      guard width > 0 else { return { _ in [] } }
      let all = try read(
        chain, series, dataset: "\(quantity.name)/value", frames: frames, members: nil, rowSize: width,
        as: Double.self)
      return { Array(all[(width * $0)..<(width * ($0 + 1))]) }
    }
    let deviations = try rows(ObservablesRecord.deviations)
    let grades = try rows(ObservablesRecord.extrapolation)
    func value(_ name: String, _ frame: Int) -> Double { columns[name]?[frame] ?? .nan }
    let records = (0..<frames.count).map { frame in
      ObservablesRecord(
        potentialEnergy_eV: value("potential_energy", frame),
        kineticEnergy_eV: value("kinetic_energy", frame),
        conservedEnergy_eV: value("conserved_energy", frame), temperature_K: value("temperature", frame),
        pressure_GPa: Array(pressure[(9 * frame)..<(9 * frame + 9)]), volume_A3: value("volume", frame),
        molecularPressure_GPa: value("molecular_pressure", frame),
        modelDeviations_eV_per_A: deviations(frame), extrapolationGrades: grades(frame))
    }
    return ObservablesSeries(steps: Array(steps[frames]), times_ps: Array(times_ps[frames]), records: records)
  }
}
