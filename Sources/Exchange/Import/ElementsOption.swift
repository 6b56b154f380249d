import Crystal
import Foundation
import Support
import TrajectoryImport

/// Reads `--elements`: elements of atom types, `1=Na,2=B`, of names in the file, `Na1=Na,Na2=Na`, or in the file's order,
/// `Na*4,B*24`.
package enum ElementsOption {
  /// - Throws: ``InputError``.
  package static func elements(_ text: String) throws -> ImportHints.Elements {
    var types: [Int: String] = [:]
    var names: [String: String] = [:]
    var runs: [(element: String, count: Int)] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let (name, element) = pair(item, "=") {
        guard Element(symbol: element) != nil, !name.isEmpty, names[name] == nil else { throw wrong(item) }
        names[name] = element
        if let type = Int(name) { types[type] = element }
      } else if let (element, factor) = pair(item, "*") {
        guard Element(symbol: element) != nil, let count = Int(factor), (1...100_000_000).contains(count)
        else {
          throw wrong(item)
        }
        runs.append((element, count))
      } else {
        throw wrong(item)
      }
    }
    guard names.isEmpty != runs.isEmpty else { throw wrong(Substring(text)) }
    if !runs.isEmpty { return .inOrder(runs) }
    return types.count == names.count ? .ofTypes(types) : .ofLabels(names)
  }

  private static func pair(_ item: Substring, _ separator: Character) -> (String, String)? {
    let parts = item.split(separator: separator, omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  private static func wrong(_ item: Substring) -> InputError {
    InputError(
      key: "--elements", found: "'\(item.prefix(80))'",
      wanted: "elements of types, \"1=Na,2=B,3=H\", of names in the file, \"Na1=Na,Na2=Na\", "
        + "or in the file's order, \"Na*4,B*24,H*24\"")
  }
}
