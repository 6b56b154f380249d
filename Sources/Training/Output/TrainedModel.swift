import NEP

/// What was trained, for reports.
package struct TrainedModel: Codable, Sendable {
  /// Nil where the recipe has none.
  package let name: String?
  /// From 1, of how many models of a committee.
  package let number: Int
  package let committee: Int
  /// Of the file: 4 or 5.
  package let version: Int
  package let architecture: NEPArchitecture
  /// The force field to which the model adds; nil for none.
  package let base: String?
  package let seed: UInt64

  init(_ model: NEPModel, number: Int, recipe: TrainingRecipe) {
    name = recipe.name
    self.number = number
    committee = recipe.committee
    version = model.version
    architecture = NEPArchitecture(of: model)
    base = recipe.base?.text
    seed = recipe.settings.seed &+ UInt64(number - 1)
  }
}
