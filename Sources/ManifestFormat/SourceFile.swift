import Foundation
import Support

/// Paths of manifests.
package enum SourceFile {
  /// The absolute folder of a file.
  package static func folder(of file: String) -> String {
    let here = FileManager.default.currentDirectoryPath
    return (absolutePath(file, from: here) as NSString).deletingLastPathComponent
  }
}
