import SinglePoints
import Support
import Training

extension LearningRecipe {
  /// Reads the labelled frames that the recipe names as its trainings will read them, the first of which comes after all the
  /// labels.
  /// - Parameter systems: the elements of the structures that are explored.
  /// - Throws: ``InputError`` with file and frame for frames without labels or of elements that the models will not have; for
  ///   models without frames of an element.
  func checkFrames(systems: [[String]]) throws {
    let paths = (start.frames + [heldOut.frames].compactMap(\.self)).map(\.path)
    let frames = try labelledFrames(paths)
    let explored = Set(systems.joined())
    let startPaths = Set(start.frames.map(\.path))
    let started = Set(frames.filter { startPaths.contains($0.file) }.flatMap(\.symbols))
    let trained = start.rattle == nil ? started : explored
    let named = train.recipe.architecture.elements
    let known = named.isEmpty ? trained : Set(named)
    let list = known.sorted().joined(separator: ", ")
    for frame in frames {
      guard let symbol = frame.symbols.first(where: { !known.contains($0) }) else { continue }
      throw InputError(
        place: SourcePlace(file: frame.file, line: frame.line), key: frame.place, found: symbol,
        wanted: "elements of the models: \(list)")
    }
    if let symbol = explored.subtracting(known).min() {
      throw InputError(
        key: "explore.study", found: "a structure with \(symbol)",
        wanted: "elements of the models: \(list)",
        message: named.isEmpty ? "no frame of start has \(symbol)" : "train.recipe.elements names them")
    }
    if let symbol = known.subtracting(trained).min() {
      throw InputError(
        key: "train.recipe.elements", found: "\(symbol), of which no frame of the start has an atom",
        wanted: "elements of these frames")
    }
  }

  private func labelledFrames(_ paths: [String]) throws -> [LabelledFrame] {
    guard !paths.isEmpty else { return [] }
    var files = try train.recipe.data.files()
    files.training = paths
    return try CandidateFile.asInput { try LabelledFrames(files).training.map(\.frame) }
  }
}
