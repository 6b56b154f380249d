import Foundation
import ManifestFormat
import Model
import Support

extension PotentialSpecification {
  static let activeSetField = ManifestField<PotentialSpecification>(
    ManifestKey(
      "active-set",
      "the environments that span the training set of a single NEP model, from which "
        + "[extrapolation grades](nep.md#extrapolation) follow", values: "path of an `.asi` file, or `none`"),
    read: { value, potential in
      try potential.setNEP(value) { source in
        guard source.models.count == 1 else { throw value.error(wanted: "one model beside it, not several") }
        let text = try value.string(wanted: "the path of an .asi file, or none")
        source.activeSet = text == "none" ? nil : InputFile(text, at: value)
      }
      potential.ignoresActiveSet = potential.nep?.activeSet == nil
    },
    write: { potential in
      guard let source = potential.nep else { return nil }
      if potential.ignoresActiveSet { return .text("none") }
      // One that the description names is found again, also where the model is on an axis.
      guard let file = source.activeSet, try file != potential.described()?.file else { return nil }
      return .text(file.name)
    }
  ).defaultText("that of the `potential.yaml`, where it names one")

  static let activeSetOrderField = ManifestField<PotentialSpecification>(
    ManifestKey(
      "active-set-order",
      "how the `.asi` file writes the inverse: `rows` as GPUMD does since March 2025, `columns` as it did before",
      values: ActiveSetOrder.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")),
    read: { value, potential in
      try potential.setNEP(value) { $0.activeSetOrder = try value.choice(ActiveSetOrder.self) }
    },
    write: { potential in
      guard let order = potential.nep?.activeSetOrder, try order != potential.described()?.order else {
        return nil
      }
      return .text(order.rawValue)
    }
  ).defaultText("rows")

  /// Takes the active set that the description names, where the manifest says nothing of one.
  /// - Throws: ``InputError`` for a description that can't be read, and for an active set of several models.
  mutating func takeDescribedActiveSet() throws {
    guard case .nep(var source) = form, source.activeSet == nil, !ignoresActiveSet,
      let described = try described()
    else { return }
    guard source.models.count == 1 else {
      throw InputError(
        key: "active-set", found: "\(described.file.name) beside \(source.models.count) models",
        wanted: "one model", message: "in \(description?.path ?? PotentialDescription.fileName)")
    }
    source.activeSet = described.file
    source.activeSetOrder = source.activeSetOrder ?? described.order
    form = .nep(source)
  }

  /// The active set that the description names; nil where there is none.
  private func described() throws -> (file: InputFile, order: ActiveSetOrder?)? {
    // A description that is gone is reported where the files of the study are checked.
    guard let description, FileManager.default.fileExists(atPath: description.path) else { return nil }
    let words = try PotentialDescription(contentsOf: description.path)
    guard let name = words.activeSet else { return nil }
    // A study copies both into one folder.
    guard !name.contains("/") else {
      throw InputError(
        key: "active-set", found: name, wanted: "a file beside \(description.name), without a folder")
    }
    return (description.beside(name), words.activeSetOrder)
  }
}
