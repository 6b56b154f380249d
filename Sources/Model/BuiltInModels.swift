import Foundation

/// Machine-learned potentials that come with the program, each a folder of resources with a `potential.yaml` and the models that
/// this names.
package enum BuiltInModels {
  package static let names = ["paddlewheel-nep", "nabh-r2scan-nep"]

  /// The `potential.yaml` of a model.
  /// - Returns: nil for another name.
  package static func description(of name: String) -> String? {
    guard names.contains(name) else { return nil }
    return Bundle.module.bundleURL.appendingPathComponent("Resources/\(name)/potential.yaml").path
  }
}
