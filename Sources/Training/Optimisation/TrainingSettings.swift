/// How a model is trained.
package struct TrainingSettings: Sendable, Codable, Equatable {
  package var epochs = 100
  /// Frames.
  package var batch = 8
  package var learningRate = 0.015
  /// At the end, as a share of the highest.
  package var lastRate = 0.01
  /// Epochs over which the rate rises.
  package var warmUp = 0.5
  /// The largest norm of a step's gradient; nil for any.
  package var largestGradient: Double?
  /// Epochs over which the parameters are averaged, as an exponential mean; 0 for none.
  package var averaging = 1.0
  package var seed: UInt64 = 1
  /// Epochs without a lower loss of the validation set after which training ends; nil to go on.
  package var patience: Int?
  package var loss = LossWeights()

  package init() {}
}
