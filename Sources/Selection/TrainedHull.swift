import Foundation
import MPI
import Model
import NEP
import Support

/// The active set of a NEP model: the environments that span its training set.
package struct TrainedHull {
  package let model: NEPModel
  package let set: NEPActiveSet
  /// By element.
  package let coverage: [NEPActiveSet.Coverage]
  /// Frames of the training set.
  package let frameCount: Int

  /// - Parameters:
  ///   - training: the frames of the training set. The descriptors of all their atoms are in memory.
  ///   - communicator: of one rank.
  ///   - progress: receives the number of frames read so far.
  /// - Throws: ``InputError`` with file and frame; `LAPACKError`.
  package init(
    _ model: NEPModel, training: [FrameInput], on communicator: Communicator,
    progress: (Int) -> Void = { _ in }
  ) throws {
    let evaluator = DescriptorEvaluator(.model(model), communicator)
    var descriptors: [String: [Double]] = [:]
    var frames = 0
    for input in training {
      try input.forEach {
        for (element, values) in try evaluator.descriptors(of: $0, source: input.name) {
          descriptors[element, default: []] += values
        }
        frames += 1
        progress(frames)
      }
    }
    guard frames > 0 else {
      throw InputError(
        place: training.first.map { SourcePlace(file: $0.name) }, found: "no frame", wanted: "a training set")
    }
    do {
      (set, coverage) = try NEPActiveSet.build(model, descriptors: descriptors)
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
    self.model = model
    frameCount = frames
  }
}
