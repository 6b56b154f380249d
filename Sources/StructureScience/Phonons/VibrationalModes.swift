import Analysis
import Mathematics
import RealModule
import Units

/// The harmonic vibrations of a cell, and their free energy (observable 17; Oh et al. 2024, eqs 1–2).
package struct VibrationalModes: Sendable {
  /// THz, rising; imaginary ones are negative.
  package let frequencies_THz: [Double]

  /// - Parameter matrix: `[row][column]`, symmetric but for noise: the mass-weighted force constants, eV/(Å² amu).
  /// - Throws: ``AnalysisError`` where it is not square or holds what is no number, ``LAPACKError`` where LAPACK does not converge.
  package init(dynamicalMatrix matrix: [Double], size: Int) throws {
    guard matrix.count == size * size, size > 0 else {
      throw AnalysisError.wrongCount(what: "dynamical matrix", found: matrix.count, wanted: size * size)
    }
    if let bad = matrix.first(where: { !$0.isFinite }) {
      throw AnalysisError.outOfRange(what: "dynamical matrix", found: bad, wanted: "finite numbers")
    }
    var symmetric = matrix
    for i in 0..<size {
      for j in 0..<i {
        let mean = (matrix[i * size + j] + matrix[j * size + i]) / 2
        symmetric[i * size + j] = mean
        symmetric[j * size + i] = mean
      }
    }
    frequencies_THz = try symmetricEigenvalues(symmetric, size: size).map { square in
      let frequency = (abs(square) * Self.perMass).squareRoot() / (2 * .pi)
      return square < 0 ? -frequency : frequency
    }
  }

  package init(frequencies_THz: [Double]) { self.frequencies_THz = frequencies_THz.sorted() }

  /// Number of imaginary modes beyond the three translations, which are the modes nearest to zero.
  package var imaginaryCount: Int {
    internalFrequencies.count { $0 < 0 }
  }

  /// All but the three modes of the smallest magnitude.
  private var internalFrequencies: [Double] {
    Array(frequencies_THz.sorted { abs($0) < abs($1) }.dropFirst(3))
  }

  /// Energy, entropy and free energy at a temperature.
  package struct Thermal: Codable, Sendable, Equatable {
    package var temperature_K: Double
    /// With the zero-point energy, eV.
    package var energy_eV: Double
    /// k_B.
    package var entropy_kB: Double
    /// U − TS, eV.
    package var freeEnergy_eV: Double

    enum CodingKeys: String, CodingKey {
      case temperature_K
      case energy_eV = "energy_eV"
      case entropy_kB = "entropy_k_B"
      case freeEnergy_eV = "free_energy_eV"
    }
  }

  /// Sums over the modes with real frequencies, the translations left out: U = Σ hν [1/2 + 1/(eˣ − 1)],
  /// S = k_B Σ [x/(eˣ − 1) − ln(1 − e⁻ˣ)], x = hν/k_BT.
  package func thermal(at temperature_K: Double) -> Thermal {
    var energy = 0.0
    var entropy = 0.0
    let kT = Constants.boltzmann * temperature_K
    for frequency in internalFrequencies where frequency > 0 {
      let quantum = Self.planck_eV_per_THz * frequency
      energy += quantum / 2
      guard kT > 0 else { continue }
      let x = quantum / kT
      let occupation = 1 / Double.expMinusOne(x)
      energy += quantum * occupation
      entropy += x * occupation - .log(onePlus: -.exp(-x))
    }
    return Thermal(
      temperature_K: temperature_K, energy_eV: energy, entropy_kB: entropy,
      freeEnergy_eV: energy - kT * entropy)
  }

  /// 1/ps² for 1 eV/(Å² amu), from 1 amu (Å/ps)² = 1.0364269656e-4 eV.
  private static let perMass = 1 / Constants.massVelocity
  private static let planck_eV_per_THz = 4.135667696e-3
}
