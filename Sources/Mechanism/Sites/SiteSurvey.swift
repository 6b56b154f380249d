import Analysis
import Crystal
import Mathematics

/// The sites that hops are counted between, and the unit cell that they are in.
package struct SiteList: Sendable {
  package var sites: DensitySites
  package var crystal: CrystalFrame
  /// What limits the list.
  package var warnings: [Warning] = []
  /// The symmetry of the framework of the run that the list is given to, where its survey has found it in the unit cell that
  /// is known.
  package var framework: [FractionalOperation]?
}

/// What one run of several tells of the sites that all of them have in common.
package struct SiteSurvey: Sendable {
  /// The density of the mobile ions in the unit cell.
  let grid: DensityGrid
  /// Of the framework.
  package let operations: [FractionalOperation]
  let anions: [MeanAnion]
  let crystal: CrystalFrame
  let frameInterval_ps: Double

  /// - Parameters:
  ///   - crystal: the unit cell of the run's cell; nil where it is not known.
  ///   - frames: as those of `analyseMechanism`.
  /// - Returns: nil for a run without mobile ions or frames.
  /// - Throws: what `frames` throws.
  package init?(
    system: IonSystem, crystal known: CrystalFrame?, parameters: MechanismParameters,
    frames: ((IonFrame) throws -> Void) throws -> Void
  ) throws {
    let crystal = try known ?? foundCrystal(system, parameters, frames: frames)
    let lattice = MeanLattice(system: system, crystal: crystal, densities: .mobileIons)
    try frames { lattice.observe($0.inMeanCell, cell: $0.cell) }
    guard let grid = lattice.grids().first else { return nil }
    self.grid = grid
    self.crystal = crystal
    operations = lattice.operations(parameters)
    anions = lattice.places()
    frameInterval_ps = system.frameInterval_ps
  }

  /// - Parameter lattice: that has seen the frames of the run.
  init?(_ lattice: MeanLattice, grid: DensityGrid?, operations: [FractionalOperation], system: IonSystem) {
    guard let grid else { return nil }
    self.grid = grid
    self.operations = operations
    crystal = lattice.crystal
    anions = lattice.places()
    frameInterval_ps = system.frameInterval_ps
  }

  /// The sites of the runs' mean density.
  /// - Parameter surveys: of the runs of one temperature, in the order of the plan.
  /// - Returns: nil without a run, and for runs with different unit cells or places of the anions: each run then
  ///   has sites of its own.
  package static func sites(_ surveys: [SiteSurvey]) -> SiteList? {
    guard let first = surveys.first, surveys.allSatisfy({ $0.isAlike(first) }) else { return nil }
    var pool = DensityPool()
    for survey in surveys { pool.add([survey.grid]) }
    guard let mean = pool.means.first else { return nil }
    // The noise of mean places hides symmetry in some runs.
    let operations = surveys.map(\.operations).max { $0.count < $1.count } ?? [.identity]
    let cells = first.crystal.cellCount
    let sites = DensitySiteFinder(
      mean, operations: operations, cellCount: cells, frameInterval_ps: first.frameInterval_ps
    ).sites()
    return SiteList(
      sites: sites, crystal: first.crystal,
      warnings: cells * operations.count == 1 ? [.sitesMayBeMissing] : [])
  }

  /// Mean places of the anions in two runs that are farther apart are not those of one crystal in one setting, Å.
  private static let samePlace_A = 1.0

  private func isAlike(_ other: SiteSurvey) -> Bool {
    guard grid.points == other.grid.points, grid.species == other.grid.species,
      crystal.cellCount == other.crystal.cellCount, anions.count == other.anions.count
    else { return false }
    let cell = grid.unitCell
    return anions.allSatisfy { anion in
      other.anions.contains { there in
        guard there.kind == anion.kind else { return false }
        let d = (0..<3).map { there.fraction[$0] - anion.fraction[$0] }
        let nearest = Vector3(d[0], d[1], d[2])
        return length(cell.cartesian(nearest - nearest.rounded(.toNearestOrEven))) < Self.samePlace_A
      }
    }
  }
}

/// The unit cell by the translations that map the anions' mean centres onto each other.
func foundCrystal(
  _ system: IonSystem, _ parameters: MechanismParameters, frames: ((IonFrame) throws -> Void) throws -> Void
) throws -> CrystalFrame {
  let whole = CrystalFrame(supercell: nil)
  guard !system.kindOfAnion.isEmpty else { return whole }
  let lattice = MeanLattice(system: system, crystal: whole, densities: .none)
  try frames { lattice.observe($0.inMeanCell, cell: $0.cell) }
  guard let cell = lattice.cell else { return whole }
  let tolerance_A = lattice.tolerance_A(parameters)
  return CrystalFrame(
    dividing: cell, by: lattice.operations(tolerance_A: tolerance_A), tolerance_A: tolerance_A)
}
