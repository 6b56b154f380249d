import Support
import Yams

/// One stage of a run.
package struct Stage: Equatable, Sendable {
  package enum Work: Equatable, Sendable {
    case minimisation(MinimisationStage)
    case dynamics(DynamicsStage)
  }

  package let name: String
  package private(set) var work: Work

  package static let sampleName = "sample"
  /// The stages of the short form, whose order is this one where no other stage is beside them.
  static let usualNames = ["relax", "equilibrate", sampleName]

  /// A stage is a minimisation if it is called `relax` or gives a force.
  init(_ name: String, _ value: ManifestValue, _ dynamics: DynamicsSpecification) throws {
    self.name = name
    let isFixed = ["equilibrate", Self.sampleName].contains(name)
    if name == "relax" || (!isFixed && value.node.mapping?["force"] != nil) {
      work = .minimisation(try MinimisationStage.schema.decode(value))
    } else if case .mapping = value.node {
      work = .dynamics(try DynamicsStage.schema(dynamics).decode(value))
    } else {
      var stage = DynamicsStage()
      stage.time_ps = try value.wholeSteps(dynamics)
      work = .dynamics(stage)
    }
  }

  /// Nil for a minimisation.
  package var dynamics: DynamicsStage? { if case .dynamics(let stage) = work { stage } else { nil } }
  /// Nil for a stage of dynamics.
  package var minimisation: MinimisationStage? {
    if case .minimisation(let stage) = work { stage } else { nil }
  }
  package var isSample: Bool { name == Self.sampleName }

  mutating func setTime(_ time_ps: Double) {
    guard var stage = dynamics else { return }
    stage.time_ps = time_ps
    work = .dynamics(stage)
  }

  /// The stage with nothing that a system does not depend on.
  var ofSystem: Stage {
    guard let dynamics else { return self }
    var bare = DynamicsStage()
    bare.freeze = dynamics.freeze
    bare.barostat = dynamics.barostat
    var copy = self
    copy.work = .dynamics(bare)
    return copy
  }

  /// A stage of which only the time is given is written as that.
  func encode() throws -> Node {
    switch work {
    case .minimisation(let stage): return try MinimisationStage.schema.encode(stage)
    case .dynamics(let stage):
      var bare = DynamicsStage()
      bare.time_ps = stage.time_ps
      return stage == bare
        ? .quantity(stage.time_ps, .time)
        : try DynamicsStage.schema(DynamicsSpecification()).encode(stage)
    }
  }

  /// Whether a text can name a stage. Names are parts of key paths, of checkpoints and of groups of the record.
  package static func isName(_ text: String) -> Bool {
    text != "start" && text.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,39}/) != nil
  }
}
