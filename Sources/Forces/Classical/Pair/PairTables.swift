import Model
import Units

/// The parameters of two types, each a row of 16 in `PairTables`.
enum PairParameter: Int {
  /// e²/4πε₀ q q, eV Å.
  case chargeProduct
  /// log₂(A/ρ), of eV/Å.
  case logarithm
  /// −log₂(e)/ρ, 1/Å.
  case minusInverseLength
  /// −6 C, eV Å⁶.
  case minusDispersion
  /// ρ, Å.
  case length
  /// Born–Mayer and dispersion at the cut-off, eV.
  case shift
}

/// Parameters of the pairs of types in a kernel's precision.
///
/// A register holds the parameters of one type against sixteen others: their largest number.
final class PairTables<Scalar: SIMDScalar & BinaryFloatingPoint> {
  static var largestTypeCount: Int { 16 }
  /// From one type's rows to the next type's.
  static var stride: Int { 6 * 16 }

  /// `[type][PairParameter][16]`.
  let values: UnsafeMutablePointer<Scalar>

  /// The energy is shifted to zero at the cut-off; forces are not changed.
  /// - Throws: `PotentialError` for more types than a register holds.
  init(_ topology: Topology, cutoff: Double) throws {
    let types = topology.typeNames.count
    guard types <= Self.largestTypeCount else {
      throw PotentialError(
        "the structure has \(types) types of atom; the pair kernel takes up to \(Self.largestTypeCount)")
    }
    let count = types * Self.stride
    values = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: count)
    values.initialize(repeating: 0, count: count)
    let log2e = 1 / logarithm(2)
    for i in 0..<types {
      for j in 0..<types {
        let pair = topology.pairs[i * types + j]
        func set(_ parameter: PairParameter, _ value: Double) {
          values[i * Self.stride + parameter.rawValue * 16 + j] = Scalar(value)
        }
        set(.chargeProduct, Constants.coulomb * topology.charges_e[i] * topology.charges_e[j])
        // log₂ 0 is replaced by −100, the limit of the kernels' exponential.
        set(.logarithm, pair.A_eV > 0 ? logarithm(pair.A_eV / pair.rho_A) * log2e : -100)
        set(.minusInverseLength, pair.A_eV > 0 ? -log2e / pair.rho_A : 0)
        set(.minusDispersion, -6 * pair.C_eVA6)
        set(.length, pair.A_eV > 0 ? pair.rho_A : 1)
        set(.shift, pair.energy(cutoff))
      }
    }
  }

  deinit { values.deallocate() }
}
