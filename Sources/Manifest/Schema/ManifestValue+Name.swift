import Foundation
import Support

extension ManifestValue {
  /// The study's name where the manifest gives none: the file's name without its extension.
  package func defaultName() throws -> String {
    let name = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    guard isStudyName(name) else {
      throw InputError(
        place: SourcePlace(file: file), key: "study", found: "no name, and '\(name)' as the file's",
        wanted: studyNameWanted)
    }
    return name
  }
}
