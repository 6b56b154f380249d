import Crystal
import Foundation
import Mathematics
import Units

/// Constant pressure: a cell with a mass, driven by the difference of inner and outer pressure.
///
/// The equations are those of Martyna, Tobias and Klein, J. Chem. Phys. 101, 4177 (1994), for the centres of
/// mass of molecules (Martyna et al., Mol. Phys. 87, 1117 (1996), section 5): with the symmetric strain rate
/// v_g, whose symmetry keeps the cell from rotating,
///
///     Ṙ = V + v_g R          V̇ = F/M − (v_g + Tr v_g / N_f) V          ḣ = v_g h
///     W v̇_g = Ω (P_int − P) + (1/N_f) Σ M V² 1
///
/// The cell does not strain bonds and rigid bodies, and P_int needs no constraint forces; its mean equals that of the
/// atomic pressure. The thermostat of the cell is a Nosé–Hoover chain (MTK), or friction and noise: the Parrinello–Rahman
/// lattice in the form of Quigley and Probert, J. Chem. Phys. 120, 11432 (2004).
package struct Barostat: Sendable {
  let shape: CellShape
  /// eV/Å³.
  let pressure: Double
  /// W, eV ps².
  private(set) var mass: Double
  private var thermalEnergy: Double
  private let friction_perPs: Double
  private let random: CounterRandom?
  private var chain: NoseHooverChain
  /// v_g, 1/ps.
  private(set) var strainRate = Matrix3.zero
  /// Energy that the noise has added, eV; the same on every rank.
  private var heat = 0.0

  /// What the mass of Martyna, Tobias and Klein follows from, with the temperature.
  private struct Inertia {
    /// Three times the number of molecules.
    var degrees: Double
    var damping_ps: Double

    func mass(temperature_K: Double) -> Double {
      (degrees + 3) * Constants.boltzmann * temperature_K * damping_ps * damping_ps / 3
    }
  }

  /// Nil where the mass does not depend on the temperature.
  private let inertia: Inertia?

  private init(
    shape: CellShape, pressure_GPa: Double, mass: Double, temperature_K: Double, damping_ps: Double,
    friction_perPs: Double = 0, random: CounterRandom? = nil, inertia: Inertia? = nil
  ) {
    self.shape = shape
    self.inertia = inertia
    pressure = pressure_GPa / Constants.gigapascal
    self.mass = mass
    thermalEnergy = Constants.boltzmann * temperature_K
    self.friction_perPs = friction_perPs
    self.random = random
    chain = NoseHooverChain(thermalEnergy_eV: thermalEnergy, damping_ps: damping_ps)
  }

  /// The barostat of Martyna, Tobias and Klein: W = (N_f + 3) k_B T τ² / 3, with N_f = 3 times the number of
  /// molecules.
  package static func martynaTobiasKlein(
    shape: CellShape, pressure_GPa: Double, temperature_K: Double, damping_ps: Double, moleculeCount: Int
  ) -> Barostat {
    let inertia = Inertia(degrees: 3 * Double(moleculeCount), damping_ps: damping_ps)
    return Barostat(
      shape: shape, pressure_GPa: pressure_GPa, mass: inertia.mass(temperature_K: temperature_K),
      temperature_K: temperature_K, damping_ps: damping_ps, inertia: inertia)
  }

  /// The barostat of Parrinello and Rahman with friction and noise on the lattice. Its kinetic energy ½ W Tr ḣᵀḣ becomes
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

  /// Changes the temperature for which the cell's thermostat, and the mass of Martyna, Tobias and Klein, are made.
  mutating func setTemperature(_ temperature_K: Double) {
    // The lattice of Parrinello and Rahman has the mass that the user gives.
    if let inertia { mass = inertia.mass(temperature_K: temperature_K) }
    thermalEnergy = Constants.boltzmann * temperature_K
    chain.thermalEnergy_eV = thermalEnergy
  }

  /// Whether `actInMiddle` does anything.
  var isInMiddle: Bool { random != nil }

  private var kineticEnergy: Double { 0.5 * mass * strainRate.squareSum }

  /// The thermostat of the cell at the beginning and the end of a step.
  mutating func act(time_ps: Double) {
    guard random == nil else { return }
    let factor = chain.act(kinetic_eV: kineticEnergy, degrees: Double(shape.degrees), time_ps: time_ps)
    strainRate = strainRate * factor
  }

  /// Friction and noise on the cell in the middle of a step.
  mutating func actInMiddle(cell: Cell, time_ps: Double, step: Int64) {
    guard let random else { return }
    let decay = exp(-friction_perPs * time_ps)
    let spread = ((1 - decay * decay) * thermalEnergy / mass).squareRoot()
    let a = random.normal3(.lattice, id: 0, step: step)
    let b = random.normal3(.lattice, id: 1, step: step)
    // ½ W Tr v² counts each off-diagonal rate twice, and the one isotropic rate three times.
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

  /// Accelerates the cell by the pressure difference.
  /// - Parameter virial: of the centres of mass, eV.
  mutating func kick(_ propagator: AtomPropagator, virial: Tensor3, time_ps: Double) {
    let cell = propagator.domain.cell
    var drive = Matrix3(propagator.translation.elements[...]) + Matrix3(virial.elements[...])
    let extra = propagator.translation.trace / propagator.translationalDegrees - pressure * cell.volume
    drive = drive + Matrix3.identity * extra
    strainRate = strainRate + shape.free(drive, in: cell) * (time_ps / mass)
  }

  /// The factor by which the strain rate of the cell scales the velocities of the centres of mass.
  func damping(_ propagator: AtomPropagator, time_ps: Double) -> Matrix3 {
    let flow = strainRate + Matrix3.identity * (strainRate.trace / propagator.translationalDegrees)
    return (flow * -time_ps).exponential
  }

  /// Kinetic energy of the cell, P Ω and its thermostat, eV: on the root only.
  func reservoirEnergy(_ propagator: AtomPropagator) -> Double {
    guard propagator.domain.communicator.isRoot else { return 0 }
    let thermostat = random == nil ? chain.energy(degrees: Double(shape.degrees)) : -heat
    return kineticEnergy + pressure * propagator.domain.cell.volume + thermostat
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
