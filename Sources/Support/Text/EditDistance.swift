/// The candidate with the smallest edit distance to `word`; nil where none is close.
package func nearest(to word: String, among candidates: [String]) -> String? {
  guard word.count <= 80 else { return nil }
  let scored = candidates.map { (name: $0, edits: editDistance(word.lowercased(), $0.lowercased())) }
  guard let best = scored.min(by: { $0.edits < $1.edits }) else { return nil }
  return best.edits <= max(2, best.name.count / 3) ? best.name : nil
}

/// The Levenshtein distance: the least number of insertions, deletions and substitutions.
package func editDistance(_ first: String, _ second: String) -> Int {
  let target = Array(second)
  var row = Array(0...target.count)
  for (i, character) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in target.indices {
      let substituted = diagonal + (character == target[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[target.count]
}
