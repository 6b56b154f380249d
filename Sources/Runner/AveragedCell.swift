import Crystal
import Foundation
import Mathematics

/// The mean of a cell that fluctuates, step by step.
struct AveragedCell: Equatable {
  private(set) var count = 0
  /// Å³.
  private var volume = 0.0
  /// By lattice vector, Å.
  private var vectors = [Vector3](repeating: .zero, count: 3)

  init() {}

  /// Whether a step of a stage counts: those of its second half do.
  static func counts(step: Int, of steps: Int) -> Bool { 2 * step > steps }

  /// Adds the cell at the end of a step.
  /// - Parameter before: the cell at its beginning: the lattice vectors may have been chosen anew in the step, and those of
  ///   the sum are then changed alike.
  mutating func add(_ cell: Cell, after before: Cell) {
    let rows = cell.vectors.map { before.fractional($0).rounded(.toNearestOrEven) }
    let old = vectors
    vectors = rows.map { old[0] * $0.x + old[1] * $0.y + old[2] * $0.z }
    count += 1
    volume += cell.volume
    for (index, vector) in cell.vectors.enumerated() { vectors[index] += vector }
  }

  /// The mean lattice vectors, scaled to the mean volume; nil before the first step.
  var cell: Cell? {
    guard count > 0 else { return nil }
    let mean = vectors.map { $0 / Double(count) }
    let cell = Cell(a: mean[0], b: mean[1], c: mean[2])
    let scale = cbrt(volume / Double(count) / cell.volume)
    return Cell(a: mean[0] * scale, b: mean[1] * scale, c: mean[2] * scale)
  }

  // MARK: checkpoints

  var doubles: [Double] {
    count == 0 ? [] : [Double(count), volume] + vectors.flatMap { [$0.x, $0.y, $0.z] }
  }

  /// - Parameter doubles: those of a checkpoint.
  /// - Returns: nil for numbers that are no sums over cells.
  init?(_ doubles: [Double]) {
    guard !doubles.isEmpty else { return }
    guard doubles.count == 11, doubles.allSatisfy({ abs($0) < 1e15 }), doubles[0] >= 1,
      doubles[0] == doubles[0].rounded(), doubles[1] > 0
    else { return nil }
    count = Int(doubles[0])
    volume = doubles[1]
    vectors = stride(from: 2, to: 11, by: 3).map { [doubles[$0], doubles[$0 + 1], doubles[$0 + 2]] }
    // Mean edges whose volume is far from the mean one are of another cell.
    let mean = vectors.map { $0 / doubles[0] }
    let ratio = Cell(a: mean[0], b: mean[1], c: mean[2]).volume / (volume / doubles[0])
    guard (0.5...2).contains(ratio) else { return nil }
  }
}
