import Crystal
import Foundation
import Mathematics
import Units

/// Constant pressure: a cell with a mass, driven by the difference of inner and outer pressure.
///
/// The equations are those of Martyna, Tobias and Klein, J. Chem. Phys. 101, 4177 (1994), for the centres of
/// mass of molecules (Martyna et al., Mol. Phys. 87, 1117 (1996), section 5): with the symmetric strain rate
/// v_g, whose symmetry keeps the cell from turning,
///
///     Ṙ = V + v_g R          V̇ = F/M − (v_g + Tr v_g / N_f) V          ḣ = v_g h
///     W v̇_g = Ω (P_int − P) + (1/N_f) Σ M V² 1
///
/// Bonds and rigid bodies do not feel the cell, and P_int needs no constraint forces; its mean is that of the
/// pressure of atoms. The bath of the cell is a Nosé–Hoover chain (MTK), or friction and noise: Parrinello
/// and Rahman's lattice in this form is Quigley and Probert's, J. Chem. Phys. 120, 11432 (2004).
package struct Barostat: Sendable {
  package enum Bath: Sendable {
    case noseHooverChain(damping_ps: Double)
    case langevin(friction_perPs: Double, seed: UInt64)
  }

  let shape: CellShape
  /// eV/Å³.
  let pressure: Double
  /// W, eV ps².
  let mass: Double
  private let thermalEnergy: Double
  private let friction_perPs: Double
  private let random: CounterRandom?
  private var chain: NoseHooverChain
  /// v_g, 1/ps.
  private(set) var strainRate = Matrix3.zero
  /// What the noise has put in, eV; the same on every rank.
  private var heat = 0.0

  private init(
    shape: CellShape, pressure_GPa: Double, mass: Double, temperature_K: Double, damping_ps: Double,
    friction_perPs: Double = 0, random: CounterRandom? = nil
  ) {
    self.shape = shape
    pressure = pressure_GPa / Constants.gigapascal
    self.mass = mass
    thermalEnergy = Constants.boltzmann * temperature_K
    self.friction_perPs = friction_perPs
    self.random = random
    chain = NoseHooverChain(thermalEnergy_eV: thermalEnergy, damping_ps: damping_ps)
  }

  /// Martyna, Tobias and Klein's: W = (N + 3) k_B T τ² / 3, where N counts the molecules' centres.
  package static func martynaTobiasKlein(
    shape: CellShape, pressure_GPa: Double, temperature_K: Double, damping_ps: Double, moleculeCount: Int
  ) -> Barostat {
    let degrees = 3 * Double(moleculeCount)
    return Barostat(
      shape: shape, pressure_GPa: pressure_GPa,
      mass: (degrees + 3) * Constants.boltzmann * temperature_K * damping_ps * damping_ps / 3,
      temperature_K: temperature_K, damping_ps: damping_ps)
  }

  /// Parrinello and Rahman's with friction and noise on the lattice. Their kinetic energy ½ W Tr ḣᵀḣ becomes
  /// ½ W_g Tr v_g² with W_g = W Tr(h₀ᵀh₀)/3 of the starting cell h₀.
  package static func parrinelloRahman(
    shape: CellShape, pressure_GPa: Double, temperature_K: Double, latticeMass_amu: Double,
    friction_perPs: Double, cell: Cell, seed: UInt64
  ) -> Barostat {
    let square = cell.vectors.reduce(0) { $0 + dot($1, $1) } / 3
    return Barostat(
      shape: shape, pressure_GPa: pressure_GPa, mass: latticeMass_amu * Constants.massVelocity * square,
      temperature_K: temperature_K, damping_ps: 1, friction_perPs: friction_perPs,
      random: CounterRandom(seed: seed))
  }

  /// Whether `actInMiddle` does anything.
  var isInMiddle: Bool { random != nil }

  private var kineticEnergy: Double { 0.5 * mass * strainRate.squareSum }

  /// The bath at the beginning and the end of a step.
  mutating func act(time_ps: Double) {
    guard random == nil else { return }
    let factor = chain.act(kinetic_eV: kineticEnergy, degrees: Double(shape.degrees), time_ps: time_ps)
    strainRate = strainRate * factor
  }

  /// Friction and noise in the middle of a step.
  mutating func actInMiddle(cell: Cell, time_ps: Double, step: Int64) {
    guard let random else { return }
    let decay = exp(-friction_perPs * time_ps)
    let spread = ((1 - decay * decay) * thermalEnergy / mass).squareRoot()
    let a = random.normal3(.lattice, id: 0, step: step)
    let b = random.normal3(.lattice, id: 1, step: step)
    // ½ W Tr v² holds each off-diagonal rate twice, and the one isotropic rate three times.
    let half = 0.5.squareRoot()
    let noise =
      switch shape {
      case .isotropic: Matrix3.identity * (a.x / 3.0.squareRoot())
      case .orthorhombic:
        zip(cell.vectors, [a.x, a.y, a.z]).reduce(Matrix3.zero) { sum, edge in
          let axis = edge.0 / length(edge.0)
          return sum + Matrix3(outer: axis, axis) * edge.1
        }
      case .full:
        Matrix3(
          [a.x, b.x * half, b.y * half], [b.x * half, a.y, b.z * half], [b.y * half, b.z * half, a.z])
      }
    let before = kineticEnergy
    strainRate = strainRate * decay + noise * spread
    heat += kineticEnergy - before
  }

  /// Drives the cell for a time.
  /// - Parameter virial: of the molecules' centres, eV.
  mutating func kick(_ motion: AtomPropagator, virial: Tensor3, time_ps: Double) {
    let cell = motion.domain.cell
    var drive = Matrix3(motion.translation.elements[...]) + Matrix3(virial.elements[...])
    let extra = motion.translation.trace / motion.translationalDegrees - pressure * cell.volume
    drive = drive + Matrix3.identity * extra
    strainRate = strainRate + shape.free(drive, in: cell) * (time_ps / mass)
  }

  /// What the cell's flow does to the velocities of centres in a time.
  func damping(_ motion: AtomPropagator, time_ps: Double) -> Matrix3 {
    let flow = strainRate + Matrix3.identity * (strainRate.trace / motion.translationalDegrees)
    return (flow * -time_ps).exponential
  }

  /// Kinetic energy of the cell, P Ω and the bath, eV: on the root alone.
  func reservoirEnergy(_ motion: AtomPropagator) -> Double {
    guard motion.domain.communicator.isRoot else { return 0 }
    let bath = random == nil ? chain.energy(degrees: Double(shape.degrees)) : -heat
    return kineticEnergy + pressure * motion.domain.cell.volume + bath
  }

  static let stateCount = 9 + NoseHooverChain.stateCount + 1
  var state: [Double] { strainRate.elements + chain.state + [heat] }

  mutating func restore(_ state: [Double]) {
    guard state.count == Self.stateCount else { return }
    strainRate = Matrix3(state[0..<9])
    chain.restore(Array(state[9..<15]))
    heat = state[15]
  }
}
