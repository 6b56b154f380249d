import ManifestFormat
import Model
import Support
import Units

/// What the author of a machine-learned model says of it: `potential.yaml` beside the model's file.
package struct PotentialDescription: ManifestSection, Equatable {
  /// The file's name, beside the model.
  package static let fileName = "potential.yaml"

  /// Name and version of the model.
  package var model = ""
  /// Its files, beside this one: one model, or several of a committee. Empty where the file only describes a
  /// model that something else names.
  package var nep: [String] = []
  /// The environments that span its training set, a file beside this one; nil for none.
  package var activeSet: String?
  package var activeSetOrder: ActiveSetOrder?
  /// The potential that it corrects, if any.
  package var base: String?
  package var elements: [String] = []
  /// How it was trained, in the author's words.
  package var training: String?
  package var salts: [SaltTrust] = []

  package init() {}

  /// - Throws: ``InputError`` with file, line and key.
  package init(contentsOf path: String) throws {
    self = try Self.schema.decode(ManifestDocument(contentsOf: path).root)
  }

  private static let words = ManifestKind<String>.text("text", wanted: "a text")
  private static let names = ManifestKind<[String]>.list(of: words, wanted: "a list of names")

  static let schema = ManifestSchema<PotentialDescription>(
    .block,
    [
      ManifestField("model", \.model, words, "name and version").required("the name of the model"),
      ManifestField(
        "nep", \.nep, .oneOrList(of: words, wanted: "the path of a NEP model, or a list"), "its files"),
      ManifestField("active-set", \.activeSet, words, "the active set of its training set"),
      ManifestField("active-set-order", \.activeSetOrder, .choice, "how that file writes the inverse"),
      ManifestField("base", \.base, words, "the potential that the model corrects"),
      ManifestField("elements", \.elements, names, "elements of its data"),
      ManifestField("training", \.training, words, "how it was trained"),
      ManifestField(
        "salts", \.salts, .list(of: .section(SaltTrust.schema), wanted: "a list of salts"),
        "how far it can be relied on, by salt"),
    ])
}

extension SaltTrust: ManifestSection {
  package init() { self.init(ions: [], trust: .withCare) }

  fileprivate static let schema = ManifestSchema<SaltTrust>(
    .flow,
    [
      ManifestField(
        "ions", \.ions,
        .list(of: .text("formula", wanted: "the formula of an ion"), wanted: "a list of formulas"),
        "all ions of the salt"
      ).required("the formulas of the salt's ions, such as [Na, B12H12]"),
      ManifestField("trust", \.trust, .choice, "how far the forces can be relied on")
        .required(PotentialTrust.allCases.map(\.rawValue).joined(separator: ", ")),
      ManifestField(
        "held_out", \.held_out, .section(HeldOutErrors.schema), "errors on data that were not fitted"),
      ManifestField("note", \.note, .text("text", wanted: "a text"), "what to be careful with"),
    ])
}

extension HeldOutErrors: ManifestSection {
  fileprivate static let schema = ManifestSchema<HeldOutErrors>(
    .flow,
    [
      ManifestField("configurations", \.configurations, .integer(1...1_000_000_000), "their number"),
      error("cation_force", \.cation_force, "forces on single cations"),
      error("anion_force", \.anion_force, "net forces on anions"),
      error("torque", \.torque, "torques on anions"),
      error("force", \.force, "forces on all atoms"),
    ])

  private static func error(
    _ name: String, _ path: WritableKeyPath<HeldOutErrors, Double?> & Sendable, _ of: String
  ) -> ManifestField<HeldOutErrors> {
    ManifestField(
      name, path,
      .quantity(.number, .any, ManifestLimit("a relative error from 0 to 1000") { (0...1000).contains($0) }),
      "r.m.s. error relative to the r.m.s. of the reference: \(of)")
  }
}
