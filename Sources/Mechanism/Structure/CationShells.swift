import Analysis
import Crystal
import Mathematics

/// The cations around each anion of a frame, within a radius that may exceed the cell.
struct CationShells {
  /// Of each anion: vectors from its centre to the cations, Å.
  let vectors: [[Vector3]]

  /// - Throws: `AnalysisError.notFinite`.
  init(_ frame: IonFrame, radius_A: Double) throws {
    let anionCount = frame.anions.count
    let pairs = try frame.pairs(of: frame.anions + frame.cations, within: radius_A)
    vectors = frame.anions.indices.map { anion in
      var found: [Vector3] = []
      pairs.forEach(of: anion) { other, _, vector in if other >= anionCount { found.append(vector) } }
      return found
    }
  }
}

extension IonFrame {
  /// The pairs of positions of this frame within a radius that may exceed the cell.
  /// - Parameter positions: Å, of the frame's ions, of earlier ones or of sites.
  /// - Throws: `AnalysisError.notFinite`, with the index in `positions`.
  func pairs(of positions: [Vector3], within radius_A: Double) throws -> PeriodicPairs {
    do {
      return try PeriodicPairs(cell: cell, positions: positions, radius: radius_A)
    } catch StructureError.notFinite(let place) {
      throw AnalysisError.notFinite(what: "positions", frame: index, ion: place)
    }
  }
}
