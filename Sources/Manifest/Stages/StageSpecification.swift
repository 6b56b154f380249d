import Crystal
import Support
import Yams

/// The stages of a run, in the order in which they are run: the manifest's `stages`.
package struct StageSpecification: Equatable, Sendable {
  package private(set) var stages: [Stage] = []

  /// More are rejected as a mistake.
  static let most = 100

  package init() {}

  /// - Parameter dynamics: what the stages do not give; times are whole numbers of its timestep.
  init(_ value: ManifestValue, _ dynamics: DynamicsSpecification) throws {
    let entries = try value.openMapping(
      wanted: "a mapping of stages, such as {equilibrate: 5 ps, sample: 50 ps}"
    )
    .entries
    guard (1...Self.most).contains(entries.count) else {
      throw value.error(
        wanted: entries.isEmpty
          ? "at least one of relax, equilibrate, sample, or a stage of another name"
          : "at most \(Self.most) stages")
    }
    for (name, entry) in entries {
      try Self.checkName(name, among: entries.map(\.key), entry)
      stages.append(try Stage(name, entry, dynamics))
    }
    if names.allSatisfy(Stage.usualNames.contains) {
      stages = Stage.usualNames.compactMap { name in stages.first { $0.name == name } }
    }
    try check(entries.map(\.value), dynamics)
  }

  /// The names of the stages, in their order.
  package var names: [String] { stages.map(\.name) }

  package subscript(name: String) -> Stage? { stages.first { $0.name == name } }

  /// Length of the sampling stage, ps; nil where there is none. Setting it changes no other stage.
  package var sample_ps: Double? {
    get { self[Stage.sampleName]?.dynamics?.time_ps }
    set {
      guard let newValue else { return stages.removeAll { $0.isSample } }
      for index in stages.indices where stages[index].isSample { stages[index].setTime(newValue) }
    }
  }

  /// The minimisations that change the cell.
  package var cellRelaxations: [(name: String, shape: CellShape)] {
    stages.compactMap { stage in stage.minimisation?.cell.map { (stage.name, $0) } }
  }

  func encode() throws -> Node { .mapping(try stages.map { ($0.name, try $0.encode()) }, .block) }

  /// The stages with nothing that a system does not depend on.
  var ofSystem: StageSpecification {
    var copy = self
    copy.stages = stages.map(\.ofSystem)
    return copy
  }
}

// MARK: what excludes each other

extension StageSpecification {
  private static func checkName(_ name: String, among all: [String], _ value: ManifestValue) throws {
    func wrong(_ wanted: String) -> InputError {
      InputError(
        place: value.place, key: value.path, found: "a stage '\(name.prefix(80))'", wanted: wanted)
    }
    guard Stage.isName(name) else {
      throw wrong(
        "a name of up to 40 letters, digits, '_' and '-' that begins with a letter and is not 'start'")
    }
    guard !Stage.usualNames.contains(name), name.allSatisfy(\.isLetter),
      let usual = nearest(to: name, among: Stage.usualNames), !all.contains(usual)
    else { return }
    throw wrong("'\(usual)', or a name that can't be mistaken for it")
  }

  private func check(_ values: [ManifestValue], _ dynamics: DynamicsSpecification) throws {
    func value(_ name: String) -> ManifestValue? { values.first { $0.path.hasSuffix(".\(name)") } }
    func wrong(_ stage: Stage, _ key: String, _ found: String, _ wanted: String) -> InputError {
      let place = value(stage.name)
      return InputError(
        place: place?.node.mapping?[key].map { place?.child(key, $0).place } ?? place?.place,
        key: "stages.\(stage.name)" + (key.isEmpty ? "" : ".\(key)"), found: found, wanted: wanted)
    }
    if let index = stages.firstIndex(where: \.isSample), index + 1 < stages.count {
      throw wrong(
        stages[index + 1], "", "a stage after sample",
        "sample as the last one: it is what extend continues")
    }
    for (index, stage) in stages.enumerated() {
      guard let own = stage.dynamics else { continue }
      let before = index > 0 ? stages[index - 1] : nil
      let drawsVelocities = before?.dynamics == nil
      if own.startCell == .mean, before?.dynamics.map({ dynamics.ensemble(of: $0) }) != .npt {
        throw wrong(
          stage, "start-cell",
          before.map { "a mean cell after '\($0.name)', whose cell does not fluctuate" }
            ?? "a mean cell without a stage before", "a stage with the ensemble npt before this one")
      }
      if own.temperature != nil, dynamics.ensemble(of: own) == .nve, !drawsVelocities {
        throw wrong(
          stage, "temperature", "a temperature with the ensemble nve",
          "none: it is that of the stage before, which nothing controls")
      }
      if stage.isSample { try checkSample(own, wrong: { wrong(stage, $0, $1, $2) }) }
    }
  }

  private func checkSample(
    _ sample: DynamicsStage, wrong: (_ key: String, _ found: String, _ wanted: String) -> InputError
  ) throws {
    if sample.temperature != nil {
      throw wrong(
        "temperature", "a temperature of its own",
        "none: sample is analysed at the run's temperature; a stage of another name with record: true may have one"
      )
    }
    if sample.records != nil {
      throw wrong("record", "it for sample", "no such key here: sample is always recorded")
    }
  }
}
