/// Notes of single temperatures, each once: alike ones at several temperatures are one line.
struct TemperatureNotes {
  private struct Group {
    var key: String
    var entries: [(kelvin: Double, text: String)]
  }

  private var groups: [Group] = []

  /// - Parameter key: equal for notes that say the same with other numbers.
  mutating func add(_ text: String, key: String, at kelvin: Double) {
    if let index = groups.firstIndex(where: { $0.key == key }) {
      groups[index].entries.append((kelvin, text))
    } else {
      groups.append(Group(key: key, entries: [(kelvin, text)]))
    }
  }

  /// - Parameter all_K: every temperature of the set, by which neighbours are known.
  func lines(all_K: [Double]) -> [String] {
    groups.map { group in
      let first = group.entries[0]
      let same = group.entries.filter { $0.text == first.text }
      let others = group.entries.filter { $0.text != first.text }
      let line = "\(Self.span(same.map(\.kelvin), of: all_K)): \(first.text)"
      guard !others.isEmpty else { return line }
      return line + "; likewise, with other numbers, at \(Self.span(others.map(\.kelvin), of: all_K))"
    }
  }

  /// `500–800 K` where these are neighbours, else a list.
  static func span(_ kelvins: [Double], of all_K: [Double]) -> String {
    let sorted = Set(kelvins).sorted()
    let all = Set(all_K).sorted()
    guard sorted.count > 2, let start = all.firstIndex(of: sorted[0]), start + sorted.count <= all.count,
      Array(all[start..<start + sorted.count]) == sorted
    else { return sorted.map(NumberText.short).joined(separator: ", ") + " K" }
    return "\(NumberText.short(sorted[0]))–\(NumberText.short(sorted[sorted.count - 1])) K"
  }
}
