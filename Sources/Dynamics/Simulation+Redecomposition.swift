import Crystal
import Decomposition
import Forces
import Mathematics

extension Simulation {
  /// Decomposition and mesh are rebuilt when an edge of the cell has changed by this fraction: the accuracy of the mesh
  /// depends on about the fifth power of its spacing.
  private static let largestGrowth = 0.1
  /// Shorter lattice vectors are chosen beyond this `Cell.tilt`. It is well above ½, where two choices are equally
  /// short, so that the choice does not alternate.
  private static let largestTilt = 0.65
  /// A cell that has grown or shrunk by this factor of its starting volume is taken for unstable.
  private static let largestVolumeFactor = 3.0

  /// Updates lists and decomposition during a relaxation, where every step may change the shape of the cell.
  func rebuildInRelaxation() throws {
    if try forceEvaluator.rebuildIfNeeded() { try redecomposeIfNeeded(isFull: true) }
  }

  /// Rebuilds decomposition and mesh if the cell has changed too much for them.
  /// - Parameter isFull: whether the cell may change its angles.
  /// - Throws: `DecompositionError` for a cell whose volume grows or shrinks without bound.
  func redecomposeIfNeeded(isFull: Bool) throws {
    let cell = domain.cell
    guard cell != decompositionCell else { return }
    let growth = cell.volume / startVolume_A3
    guard growth > 1 / Self.largestVolumeFactor, growth < Self.largestVolumeFactor else {
      throw DecompositionError(
        "the cell is unstable: its volume is \((cell.volume * 10).rounded() / 10) Å³, "
          + "\((growth * 100).rounded() / 100) times that of the start; check whether this structure is stable at "
          + "the pressure")
    }
    if isFull, cell.tilt > Self.largestTilt, cell.reduced.tilt < cell.tilt {
      return try redecompose(to: cell.reduced)
    }
    let isChanged = zip(cell.vectors, decompositionCell.vectors).contains {
      abs(length($0) / length($1) - 1) > Self.largestGrowth
    }
    if isChanged { try redecompose(to: cell) }
  }

  /// Rebuilds decomposition and mesh for the present cell, and computes the forces.
  package func redecompose() throws {
    try redecompose(to: domain.cell)
    try computeForces(.all)
  }

  /// - Parameter cell: any lattice vectors of the present lattice.
  private func redecompose(to cell: Cell) throws {
    var state = try snapshot().shared(domain.communicator)
    state.changeLatticeVectors(from: domain.cell, to: cell)
    try makeDomain(cell)
    try scatter(state, isSame: false)
    redecompositions += 1
  }

  /// Replaces the decomposition, mesh and lists by new ones without atoms.
  func makeDomain(_ cell: Cell) throws {
    let words = domain.perMoleculeData?.words ?? []
    forceEvaluator = try ForceEvaluator(
      cell: cell, topology: domain.topology, settings: forceEvaluator.settings,
      communicator: domain.communicator, splitsForces: forceEvaluator.splitsForces,
      clock: forceEvaluator.clock)
    domain.allocatePerMoleculeData(words: words)
    decompositionCell = cell
    let (kinetic, translation) = (propagator.kineticEnergy, propagator.translation)
    try setConstraints(constraints)
    propagator.kineticEnergy = kinetic
    propagator.translation = translation
  }
}
