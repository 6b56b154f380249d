import Crystal
import Decomposition
import Mathematics

/// A field of a state that a simulation can't continue from.
package struct StateFault: Error, Equatable, Sendable {
  /// As in a checkpoint: `doubles/positions`.
  package let field: String
  package let found: String
  package let wanted: String

  package init(field: String, found: String, wanted: String) {
    self.field = field
    self.found = found
    self.wanted = wanted
  }
}

/// Largest values that a state of any sound simulation has: what is beyond them would overflow, or never end.
private enum StateLimits {
  static let speed_A_per_ps = 1e6
  /// Of an atom from the cell that it is in, as a fraction of the cell.
  static let outside = 10.0
  /// Since the lists were built, Å.
  static let move_A = 5.0
  static let other = 1e15
  /// Of a cell that changes to that of the structure.
  static let volumes = 0.1...10.0
  static let lengths = 0.2...5.0
}

extension Simulation {
  /// What the cell of a state may be.
  package enum CellChange: Sendable {
    /// That of the structure.
    case none
    /// Another one near it.
    case near
  }

  /// Whether a state can be continued: sizes of all arrays, finite numbers, a cell near the structure's, atoms near the
  /// places that the lists were built for.
  ///
  /// - Parameter perMoleculeWords: words of data of all molecules.
  /// - Throws: ``StateFault``.
  package func check(
    doubles: [String: [Double]], integers: [String: [Int64]], cellChange: CellChange, perMoleculeWords: Int
  ) throws(StateFault) {
    let topology = domain.topology
    let (atoms, molecules) = (topology.atomCount, topology.moleculeCount)
    let check = StateCheck(doubles: doubles, integers: integers)
    let counts = try check.counts("molecule_counts", sum: molecules)
    let order = try check.integers("molecules", molecules)
    guard Set(order).count == molecules, order.allSatisfy({ (0..<Int64(molecules)).contains($0) }) else {
      throw StateFault(
        field: "integers/molecules", found: "molecules twice or unknown", wanted: "each of \(molecules) once")
    }
    _ = try check.integers("step", 1, in: 0...(1 << 53))
    _ = try check.integers("rebuilds_next", 1, in: 0...1)
    try check.words(perMoleculeWords)
    _ = try check.doubles("kinetic_energy", 1, in: 0...StateLimits.other)
    _ = try check.doubles("translation", 9)
    _ = try check.doubles("integrator", counts.count * integrator.state.count)
    _ = try check.doubles(
      "velocities", 3 * atoms, in: -StateLimits.speed_A_per_ps...StateLimits.speed_A_per_ps)
    try check.bodies(molecules)
    let cells = try check.cells(near: structureCell, change: cellChange)
    try check.places(atoms, cells)
    try check.cuts()
  }
}

/// The arrays of a state by their names in a checkpoint.
private struct StateCheck {
  let doubles: [String: [Double]]
  let integers: [String: [Int64]]

  func doubles(
    _ name: String, _ count: Int, in range: ClosedRange<Double> = -StateLimits.other...StateLimits.other
  ) throws(StateFault) -> [Double] {
    let field = "doubles/\(name)"
    guard let values = doubles[name] else {
      throw StateFault(field: field, found: "nothing", wanted: "an array")
    }
    guard values.count == count else {
      throw StateFault(field: field, found: "\(values.count) numbers", wanted: "\(count)")
    }
    if let odd = values.first(where: { !range.contains($0) }) {
      throw StateFault(
        field: field, found: "\(odd)", wanted: "numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return values
  }

  func integers(
    _ name: String, _ count: Int, in range: ClosedRange<Int64> = .min ... .max
  ) throws(StateFault) -> [Int64] {
    let field = "integers/\(name)"
    guard let values = integers[name] else {
      throw StateFault(field: field, found: "nothing", wanted: "an array")
    }
    guard values.count == count else {
      throw StateFault(field: field, found: "\(values.count) numbers", wanted: "\(count)")
    }
    if let odd = values.first(where: { !range.contains($0) }) {
      throw StateFault(field: field, found: "\(odd)", wanted: "\(range.lowerBound) to \(range.upperBound)")
    }
    return values
  }

  func counts(_ name: String, sum: Int) throws(StateFault) -> [Int64] {
    let values = integers[name] ?? []
    let isSane = !values.isEmpty && values.count <= sum && values.allSatisfy { (0...Int64(sum)).contains($0) }
    guard isSane, values.reduce(0, +) == sum else {
      throw StateFault(
        field: "integers/\(name)", found: "\(values.prefix(20))",
        wanted: "the molecules of each rank, \(sum) in all")
    }
    return values
  }

  /// The data that move with the molecules are numbers of single precision.
  func words(_ count: Int) throws(StateFault) {
    let words = integers["luggage"] ?? []
    guard words.count == count else {
      throw StateFault(field: "integers/luggage", found: "\(words.count) numbers", wanted: "\(count)")
    }
    let isFinite = words.allSatisfy { word in
      Float(bitPattern: UInt32(truncatingIfNeeded: word)).isFinite
        && Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32)).isFinite
    }
    guard isFinite else {
      throw StateFault(field: "integers/luggage", found: "samples that are no numbers", wanted: "finite ones")
    }
  }

  func bodies(_ molecules: Int) throws(StateFault) {
    let values = try doubles("bodies", BodyState.width * molecules)
    for first in stride(from: 0, to: values.count, by: BodyState.width) {
      let image = values[first..<(first + 3)]
      guard image.allSatisfy({ abs($0) < 1e9 && $0 == $0.rounded() }) else {
        throw StateFault(
          field: "doubles/bodies", found: "the image \(Array(image))", wanted: "three whole numbers")
      }
      let q = values[(first + 3)..<(first + 7)]
      guard abs(q.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6 else {
        throw StateFault(
          field: "doubles/bodies", found: "the orientation \(Array(q))", wanted: "a quaternion of length 1")
      }
    }
  }

  struct Cells {
    var present: Cell
    /// When the lists were built.
    var reference: Cell
  }

  func cells(near structure: Cell, change: Simulation.CellChange) throws(StateFault) -> Cells {
    var cells: [Cell] = []
    for name in ["cell", "reference_cell", "fitted_cell"] {
      let cell = Cell(flat: try doubles(name, 9))
      let isNear: Bool
      switch change {
      case .none:
        let size = structure.flat.map(abs).max() ?? 0
        isNear = zip(cell.flat, structure.flat).allSatisfy { abs($0 - $1) <= 1e-6 * size }
      case .near:
        let longest = structure.vectors.map(length).max() ?? 0
        isNear =
          StateLimits.volumes.contains(cell.volume / structure.volume)
          && cell.vectors.allSatisfy {
            length($0) <= StateLimits.lengths.upperBound * longest
              && length($0) >= StateLimits.lengths.lowerBound * (structure.vectors.map(length).min() ?? 0)
          }
      }
      guard isNear else {
        throw StateFault(
          field: "doubles/\(name)", found: "\(cell.flat)",
          wanted: change == .none
            ? "the cell of the structure, \(structure.flat)" : "a cell near \(structure.flat)")
      }
      cells.append(cell)
    }
    return Cells(present: cells[0], reference: cells[1])
  }

  /// Positions and the places for which the lists were built.
  func places(_ atoms: Int, _ cells: Cells) throws(StateFault) {
    let positions = try doubles("positions", 3 * atoms)
    let references = try doubles("references", 3 * atoms)
    for first in stride(from: 0, to: 3 * atoms, by: 3) {
      let r = Vector3(positions[first], positions[first + 1], positions[first + 2])
      let r0 = Vector3(references[first], references[first + 1], references[first + 2])
      let s = cells.reference.fractional(r0)
      guard max(abs(s.x), abs(s.y), abs(s.z)) < StateLimits.outside else {
        throw StateFault(
          field: "doubles/references", found: "(\(r0.x), \(r0.y), \(r0.z)) Å", wanted: "a place near the cell"
        )
      }
      guard length(r - cells.present.cartesian(s)) < StateLimits.move_A else {
        throw StateFault(
          field: "doubles/positions", found: "(\(r.x), \(r.y), \(r.z)) Å",
          wanted: "a place near (\(r0.x), \(r0.y), \(r0.z)) Å, as in references")
      }
    }
  }

  /// Rising fractions with a 1 at the end, three times.
  func cuts() throws(StateFault) {
    let values = doubles["cuts"] ?? []
    let pieces = values.split(after: 1)
    let isSane =
      pieces.count == 3 && values.last == 1
      && pieces.allSatisfy { piece in
        piece.first == 0 && zip(piece, piece.dropFirst()).allSatisfy { $0 < $1 }
      }
    guard isSane else {
      throw StateFault(
        field: "doubles/cuts", found: "\(values.prefix(20))",
        wanted: "rising fractions from 0 to 1 along each vector")
    }
  }
}
