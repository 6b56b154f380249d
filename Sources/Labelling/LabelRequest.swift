import Foundation
import Support

/// Frames, and the file for those that are labelled.
package struct LabelRequest {
  /// extXYZ.
  package var files: [String]
  /// extXYZ: labelled frames, in their order.
  package var output: String
  package var rules = LabelRules()
  /// Asked before each frame.
  package var shouldStop: () -> Bool = { false }
  /// Called after each frame with the number of those that are done, and of those that were missing.
  package var progress: (Int, Int) -> Void = { _, _ in }

  package init(files: [String], output: String) {
    self.files = files
    self.output = output
  }

  /// The path of the output without its ending.
  private var stem: String {
    for ending in [".extxyz", ".xyz"] where output.lowercased().hasSuffix(ending) {
      let stem = output.dropLast(ending.count)
      if !stem.isEmpty, !stem.hasSuffix("/") { return String(stem) }
    }
    return output
  }

  /// The folder of what is kept between commands, `OUTPUT.work`. Absolute.
  package var folder: String {
    absolutePath("\(stem).work", from: FileManager.default.currentDirectoryPath)
  }

  /// The file for frames without a label, each with the reason.
  package var refusedPath: String { "\(stem).refused.extxyz" }

  /// - Throws: ``InputError`` for an output that is none, or one of the inputs.
  func check() throws {
    switch FileKind(at: output) {
    case nil, .file, .link: break
    case let kind?:
      throw InputError(
        key: "--output", found: "'\(output)', which is \(kind.rawValue)",
        wanted: "a file: what is labelled is kept beside it")
    }
    try OutputFile.refuse([output, refusedPath], replacing: files)
  }
}
