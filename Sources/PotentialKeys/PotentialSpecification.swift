import Foundation
import ManifestFormat
import Model
import Support
import Yams

/// The source of the forces: the manifest's `potential`.
package struct PotentialSpecification: ManifestSection, Equatable {
  package enum Form: Equatable, Sendable {
    case forceField(InputSource)
    case nep(NEPSource)
    /// An engine behind a socket.
    case driver(DriverSpecification)
  }

  /// A neuroevolution potential, or a committee of several.
  package struct NEPSource: Equatable, Sendable {
    package var models: [InputFile]
    /// The force field to which the models add; nil for models of all forces.
    package var base: InputSource?
    /// What drives the atoms where there are several models.
    package var drive = CommitteeDrive.mean
    /// The environments that span the training set of the only model; nil for none.
    package var activeSet: InputFile?
    /// How that file writes the inverse; nil for row by row.
    package var activeSetOrder: ActiveSetOrder?

    package init(_ models: [InputFile], base: InputSource? = nil) {
      self.models = models
      self.base = base
    }
  }

  package var form = Form.forceField(.builtIn(ForceFieldFile.builtInName))
  /// What the author of a NEP model says of it; a parameter file says it itself.
  package var description: InputFile?
  /// Whether the manifest wants none, although there may be one beside the model.
  private var ignoresDescription = false
  /// The same of an active set that the description names.
  var ignoresActiveSet = false
  /// The lowest trust with which a study is started.
  package var accept = PotentialTrust.withCare

  package init() {}

  package init(_ form: Form) { self.form = form }

  package static func forceField(_ source: InputSource) -> Self { Self(.forceField(source)) }
  package static func nep(_ file: InputFile) -> Self { Self(.nep(NEPSource([file]))) }

  /// The models and what they add to; nil for a force field.
  package var nep: NEPSource? { if case .nep(let source) = form { source } else { nil } }

  private static let schema = ManifestSchema<PotentialSpecification>(
    .flow,
    [
      ManifestField(
        ManifestKey(
          "name", "a force field or a model of the program, where another key stands beside it",
          values: "\(builtIns), or the path of a parameter file `.json`"),
        read: { value, potential in potential = try named(value, [".json", ".yaml", ".yml"]) },
        write: { potential in
          if case .forceField(let source) = potential.form { .text(source.text) } else { nil }
        }),
      ManifestField(
        ManifestKey(
          "nep",
          "a machine-learned [neuroevolution potential](nep.md), or a [committee](nep.md#committees) of several",
          values: models.values),
        read: { value, potential in potential.form = .nep(NEPSource(try models.read(value))) },
        write: { potential in try potential.nep.flatMap { try models.write($0.models) } }),
      ManifestField(
        ManifestKey(
          "base", "the force field [to which the model adds](nep.md#a-correction-over-the-classical-field)",
          values: "`\(ForceFieldFile.builtInName)`, or the path of a parameter file `.json`"),
        read: { value, potential in try potential.setNEP(value) { $0.base = try source(value) } },
        write: { potential in potential.nep?.base.map { .text($0.text) } }),
      ManifestField(
        ManifestKey(
          "drive", "which forces of a committee move the atoms: the mean, or those of its first model",
          values: CommitteeDrive.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")),
        read: { value, potential in
          try potential.setNEP(value, wanted: "several models beside it") {
            guard $0.models.count > 1 else { throw value.error(wanted: "several models beside it") }
            $0.drive = try value.choice(CommitteeDrive.self)
          }
        },
        write: { potential in
          potential.nep.flatMap { $0.drive == .mean ? nil : .text($0.drive.rawValue) }
        }),
      activeSetField,
      activeSetOrderField,
      ManifestField(
        ManifestKey(
          "driver", "[another program](engines.md) that computes the forces", values: "mapping",
          children: DriverSpecification.schema.keys),
        read: { value, potential in potential.form = .driver(try DriverSpecification.decode(value)) },
        write: { potential in
          if case .driver(let driver) = potential.form {
            try DriverSpecification.schema.encode(driver)
          } else {
            nil
          }
        }),
      ManifestField(
        ManifestKey(
          "description", "what the author of a NEP model says of it ([format](nep.md#potentialyaml))",
          values: "path of a `potential.yaml`, or `none`"),
        read: { value, potential in
          guard potential.nep != nil else { throw value.error(wanted: "nep: FILE beside it") }
          let text = try value.string(wanted: "the path of a potential.yaml, or none")
          potential.ignoresDescription = text == "none"
          potential.description = text == "none" ? nil : InputFile(text, at: value)
          try potential.takeDescribedActiveSet()
        },
        write: { potential in
          // One beside the model is found again, also where the model is on an axis.
          if potential.ignoresDescription { return .text("none") }
          return potential.description == potential.besideModel
            ? nil : potential.description.map { .text($0.name) }
        }
      ).missing { _, potential in try potential.findDescription() }
        .defaultText("`\(PotentialDescription.fileName)` beside the model, where there is one"),
      ManifestField(
        "accept", \.accept, .choice,
        "the lowest trust for which the study is started, as the potential says of the salt "
          + "([the table](potential.md#which-salts))"
      ).affectsOnlyAnalysis(true).isAxis(false),
    ]
  ) { mapping in
    guard ["name", "nep", "driver"].count(where: { mapping[$0] != nil }) == 1 else {
      throw mapping.value.error(
        wanted:
          "a mapping with name, nep or driver, and at most accept, base, drive, active-set and description beside it"
      )
    }
  }

  private static let models = ManifestKind<[InputFile]>.oneOrList(
    of: ManifestKind<InputFile>(
      "path of a model file",
      read: { InputFile(try $0.string(wanted: "the path of a NEP model"), at: $0) },
      write: { .text($0.name) }), wanted: "the path of a NEP model, or a list of paths")

  mutating func setNEP(
    _ value: ManifestValue, wanted: String = "nep: FILE beside it", _ change: (inout NEPSource) throws -> Void
  ) throws {
    guard case .nep(var source) = form else { throw value.error(wanted: wanted) }
    try change(&source)
    form = .nep(source)
  }

  private static let builtIns = (BuiltIns.potentials + BuiltIns.models).map { "`\($0)`" }
    .joined(separator: ", ")

  package static let kind = ManifestKind<PotentialSpecification>(
    "\(builtIns), the path of a parameter file `.json`, of a NEP model `nep.txt` or of a "
      + "`potential.yaml` that names one, or a mapping",
    children: schema.keys,
    read: { value in
      if value.hasOnlyNone { return Self() }
      if case .mapping = value.node { return try schema.decode(value) }
      return try named(value, PotentialFileKind.endings)
    },
    write: { potential in
      if case .forceField(let source) = potential.form, potential.accept == .withCare {
        return .text(source.text)
      }
      return try schema.encode(potential)
    })

  private static func source(_ value: ManifestValue) throws -> InputSource {
    try value.inputSource("a built-in potential", known: BuiltIns.potentials, endings: [".json"])
  }

  /// What a name or a path says alone.
  private static func named(_ value: ManifestValue, _ endings: [String]) throws -> Self {
    let source = try value.inputSource(
      "a built-in potential", known: BuiltIns.potentials + BuiltIns.models, endings: endings)
    switch source {
    case .builtIn(let name): return try Self(model: name) ?? .forceField(source)
    case .file(let file):
      let isParameters = !endings.contains(".txt") && !PotentialFileKind.isDescription(file.path)
      if isParameters { return .forceField(source) }
      return try Self(file: file) { value.error(wanted: PotentialFileKind.wanted, message: $0) }
    }
  }

  /// The description in the folder of the model; nil for a force field.
  private var besideModel: InputFile? {
    guard let model = nep?.models.first else { return nil }
    func beside(_ path: String) -> String {
      let folder = (path as NSString).deletingLastPathComponent
      return folder.isEmpty ? PotentialDescription.fileName : "\(folder)/\(PotentialDescription.fileName)"
    }
    return InputFile(path: beside(model.path), name: beside(model.name))
  }

  /// - Throws: as ``takeDescribedActiveSet()``.
  mutating func findDescription() throws {
    guard description == nil, let file = besideModel, FileManager.default.fileExists(atPath: file.path) else {
      return
    }
    description = file
    try takeDescribedActiveSet()
  }

  /// The name, as the manifest writes it.
  package var text: String {
    switch form {
    case .forceField(let source): source.text
    case .nep(let source): modelName ?? source.models.map(\.name).joined(separator: ", ")
    case .driver(let driver): driver.text
    }
  }

  /// Whether another program computes the forces.
  package var isDriven: Bool {
    if case .driver = form { true } else { false }
  }

  /// How long a step may take without a word of an engine, s; 0 for a potential of this program.
  package var longestSilence_s: Double {
    if case .driver(let driver) = form { driver.timeout_s + 60 } else { 0 }
  }

  /// Why a study with this potential is not started: it is less to be trusted than the manifest accepts. Nil where it is not.
  package func refusal(_ verdict: PotentialVerdict, place: SourcePlace?) -> PotentialRefusal? {
    guard verdict.effective < accept else { return nil }
    let key =
      switch form {
      case .forceField(let source): "name: \(source.text)"
      case .nep(let source):
        modelName.map { "name: \($0)" } ?? "nep: " + (source.models.count == 1 ? text : "[\(text)]")
          + (source.base.map { ", base: \($0.text)" } ?? "")
      case .driver: "driver: {…}"
      }
    return PotentialRefusal(
      verdict: verdict, place: place, accepting: "potential: {\(key), accept: \(verdict.effective.rawValue)}")
  }

  /// What the potential says of a salt; nil where its file has no table of salts.
  /// - Parameter ions: formulas.
  /// - Throws: ``InputError`` for a description that can't be read, `PotentialError` for a parameter file.
  package func verdict(ions: some Sequence<String>) throws -> PotentialVerdict? {
    switch form {
    case .forceField(let source):
      let file = try ForceFieldFile.load(source.location)
      return file.salts.map {
        PotentialVerdict(potential: "\(file.name) \(file.version)", ions: ions, salts: $0)
      }
    case .nep, .driver:
      guard let description else { return nil }
      let words = try PotentialDescription(contentsOf: description.path)
      return PotentialVerdict(potential: words.model, ions: ions, salts: words.salts)
    }
  }
}

/// Why a study is not started: its potential is less to be trusted for its salt than the manifest accepts.
package struct PotentialRefusal: Equatable, Sendable {
  package var verdict: PotentialVerdict
  package var place: SourcePlace?
  /// The key of a manifest that accepts it.
  package var accepting: String

  package var error: InputError {
    InputError(
      place: place, key: "potential", found: "\(verdict)", wanted: "a potential for this salt",
      message: "to run it nevertheless: \(accepting)")
  }
}
