import Foundation

/// The learning rate by the share of training that is done: a rise along a line, then a fall along half a cosine.
struct LearningRate {
  let highest: Double
  let lowest: Double
  /// Steps of the rise, and of all.
  let warmUp: Int
  let total: Int

  /// - Parameter step: from 0.
  func rate(_ step: Int) -> Double {
    if step < warmUp { return highest * Double(step + 1) / Double(warmUp) }
    let share = min(1, Double(step - warmUp) / Double(max(1, total - warmUp)))
    return lowest + (highest - lowest) * (1 + cos(Double.pi * share)) / 2
  }
}
