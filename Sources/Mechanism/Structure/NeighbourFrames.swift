import Crystal
import Mathematics

/// The cations around each anion of a frame, within a radius of any size against the cell.
struct CationShells {
  /// Of each anion: vectors from its centre to the cations, Å.
  let vectors: [[Vector3]]

  /// - Returns: nil for a position that is not finite.
  init?(_ frame: IonFrame, radius_A: Double) {
    let anionCount = frame.anions.count
    guard
      let pairs = try? PeriodicPairs(
        cell: frame.cell, positions: frame.anions + frame.cations, radius: radius_A)
    else { return nil }
    vectors = frame.anions.indices.map { anion in
      var found: [Vector3] = []
      pairs.forEach(of: anion) { other, _, vector in if other >= anionCount { found.append(vector) } }
      return found
    }
  }
}
