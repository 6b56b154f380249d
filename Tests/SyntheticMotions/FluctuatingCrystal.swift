import RealModule

/// A crystal under constant pressure: anions on an fcc lattice and independent cations that hop between its tetrahedral
/// sites, in a cell that fluctuates. All move with the cell. Exact: D = rate × length² / 6 with the length in the mean
/// cell; the distances of the sites in the mean cell are those of the ideal crystal.
package struct FluctuatingCrystal: Sendable {
  package enum Fluctuation: Sendable { case none, isotropic, full }

  package struct Runs: Sendable {
    /// Paths of the cations: fractional coordinates, images counted, times the mean cell.
    package var cations: SyntheticRuns
    /// Of each replica, [frame][9]: the lattice vectors, Å.
    package var cells: [[Double]]
    package var meanCell: [Double]
    /// Of each replica, wrapped, [frame][ion][3].
    package var cationFractions: [[Double]]
    package var anionFractions: [[Double]]
    package var anionCount: Int
  }

  package var grid: FrameGrid
  /// Conventional cells along each edge.
  package var edge: Int
  /// Edge of a conventional cell, Å.
  package var latticeConstant_A: Double
  /// Hops of all cations in one run, on average.
  package var hops: Double
  package var fluctuation: Fluctuation
  /// Standard deviation of each component of the strain.
  package var strain: Double
  package var strainTime_ps: Double
  /// Standard deviation of a vibration along each axis, Å; independent at each frame.
  package var vibration_A: Double
  package var replicas: Int

  package init(
    grid: FrameGrid = FrameGrid(), edge: Int = 3, latticeConstant_A: Double = 9.5, hops: Double = 400,
    fluctuation: Fluctuation = .full, strain: Double = 0.01, strainTime_ps: Double = 0.5,
    vibration_A: Double = 0.15, replicas: Int = 1
  ) {
    self.grid = grid
    self.edge = edge
    self.latticeConstant_A = latticeConstant_A
    self.hops = hops
    self.fluctuation = fluctuation
    self.strain = strain
    self.strainTime_ps = strainTime_ps
    self.vibration_A = vibration_A
    self.replicas = replicas
  }

  /// Å²/ps.
  package var diffusivity: Double { grid.rate(hops: hops) * latticeConstant_A * latticeConstant_A / 24 }

  private var boxEdge_A: Double { Double(edge) * latticeConstant_A }

  package func runs(_ random: inout MotionRandom) -> Runs {
    let box = boxEdge_A
    var result = Runs(
      cations: SyntheticRuns(
        grid: grid, paths: [], axisDiffusivity: .init(repeating: diffusivity), hops: 0),
      cells: [], meanCell: [box, 0, 0, 0, box, 0, 0, 0, box], cationFractions: [], anionFractions: [],
      anionCount: 4 * edge * edge * edge)
    for _ in 0..<replicas {
      let motion = IndependentHops(hops: hops, grid: grid, length_A: latticeConstant_A / 2)
      var cations = motion.runs(&random)
      result.cations.hops = (result.cations.hops ?? 0) + (cations.hops ?? 0)
      for index in cations.paths[0].indices {
        cations.paths[0][index] += Float(vibration_A * random.normal())
      }
      result.cationFractions.append(fractions(ofCations: cations.paths[0], &random))
      result.cations.paths.append(cations.paths[0])
      result.anionFractions.append(anionFractions(&random))
      result.cells.append(cells(&random))
    }
    return result
  }

  private func wrapped(_ x: Double) -> Double { x - x.rounded(.down) }

  /// Tetrahedral sites are a simple cubic lattice with half the lattice constant, at quarters of it.
  private func fractions(ofCations path: [Float], _ random: inout MotionRandom) -> [Double] {
    let width = 3 * grid.ionCount
    let origins = (0..<width).map { _ in (Double(random.index(2 * edge)) + 0.5) / Double(2 * edge) }
    return path.indices.map { wrapped(origins[$0 % width] + Double(path[$0]) / boxEdge_A) }
  }

  private func anionFractions(_ random: inout MotionRandom) -> [Double] {
    var sites: [Double] = []
    for x in 0..<edge {
      for y in 0..<edge {
        for z in 0..<edge {
          for basis in [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]] {
            sites += [Double(x) + basis[0], Double(y) + basis[1], Double(z) + basis[2]].map {
              $0 / Double(edge)
            }
          }
        }
      }
    }
    return (0..<grid.frameCount).flatMap { _ in
      sites.map { wrapped($0 + vibration_A * random.normal() / boxEdge_A) }
    }
  }

  /// The mean cell times 1 + a symmetric strain, each component an Ornstein–Uhlenbeck process in equilibrium.
  private func cells(_ random: inout MotionRandom) -> [Double] {
    let memory = Double.exp(-grid.frameInterval_ps / strainTime_ps)
    let kick = (1 - memory * memory).squareRoot()
    var state = (0..<6).map { _ in random.normal() }
    var cells: [Double] = []
    for _ in 0..<grid.frameCount {
      let e = state.map { strain * $0 }
      let tensor: [Double]
      switch fluctuation {
      case .none: tensor = [0, 0, 0, 0, 0, 0, 0, 0, 0]
      case .isotropic: tensor = [e[0], 0, 0, 0, e[0], 0, 0, 0, e[0]]
      case .full: tensor = [e[0], e[3], e[4], e[3], e[1], e[5], e[4], e[5], e[2]]
      }
      cells += tensor.indices.map { boxEdge_A * ((($0 % 4 == 0) ? 1 : 0) + tensor[$0]) }
      for index in 0..<6 { state[index] = memory * state[index] + kick * random.normal() }
    }
    return cells
  }
}
