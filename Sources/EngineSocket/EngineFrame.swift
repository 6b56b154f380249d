import Crystal
import Mathematics

/// Positions of all atoms in a cell, whose forces are wanted.
package struct EngineFrame: Equatable, Sendable {
  package var cell: Cell
  /// Å, one for each atom.
  package var positions: [Vector3]

  package init(cell: Cell, positions: [Vector3]) {
    self.cell = cell
    self.positions = positions
  }
}

/// What an engine says of a frame.
package struct EngineResult: Equatable, Sendable {
  package var energy_eV: Double
  /// One for each atom.
  package var forces_eV_A: [Vector3]
  /// −∂E/∂strain = −volume · stress.
  package var virial_eV: Matrix3
  /// The text that some engines send behind the numbers; empty from most.
  package var extra: String

  package init(energy_eV: Double, forces_eV_A: [Vector3], virial_eV: Matrix3, extra: String = "") {
    self.energy_eV = energy_eV
    self.forces_eV_A = forces_eV_A
    self.virial_eV = virial_eV
    self.extra = extra
  }
}

/// Atomic units, CODATA 2018 as the other constants.
package enum AtomicUnits {
  /// Å.
  package static let bohr = 0.529177210903
  /// eV.
  package static let hartree = 27.211386245988
}

/// The frame of the protocol: a lies along x and b in the plane of x and y, as i-PI has it and many engines need it.
///
/// An engine does not notice the turn, but its forces and virial are those of the turned atoms. A left-handed cell is
/// mirrored, so that all diagonal elements are positive.
package struct TurnedFrame: Equatable, Sendable {
  /// Turned, so that three components are 0.
  package let cell: Cell
  /// From the given frame to the turned one: its rows are the turned axes. Nil where nothing is turned.
  package let turn: Matrix3?

  package init(_ cell: Cell) {
    let isTurned =
      cell.a.y == 0 && cell.a.z == 0 && cell.b.z == 0 && cell.a.x > 0 && cell.b.y > 0 && cell.c.z > 0
    guard !isTurned else {
      self.cell = cell
      turn = nil
      return
    }
    let x = cell.a / length(cell.a)
    let across = cell.b - x * dot(cell.b, x)
    let y = across / length(across)
    let normal = cross(x, y)
    let z = dot(normal, cell.c) < 0 ? -normal : normal
    self.cell = Cell(
      a: [length(cell.a), 0, 0], b: [dot(cell.b, x), dot(cell.b, y), 0],
      c: [dot(cell.c, x), dot(cell.c, y), dot(cell.c, z)])
    turn = Matrix3(x, y, z)
  }

  /// A position in the turned frame.
  package func turned(_ v: Vector3) -> Vector3 { turn.map { $0 * v } ?? v }

  /// A force of the turned frame in the given one.
  func turnedBack(_ v: Vector3) -> Vector3 { turn?.transposedTimes(v) ?? v }

  /// A virial of the turned frame in the given one.
  func turnedBack(_ m: Matrix3) -> Matrix3 { turn.map { $0.transposed * m * $0 } ?? m }
}
