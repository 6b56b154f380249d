import Crystal
import Units

/// The screened nuclear repulsion of Ziegler, Biersack and Littmark (ZBL) that acts at short range: half of it
/// belongs to each atom of a pair.
package struct NEPRepulsion: Sendable, Equatable {
  package enum Form: Sendable, Equatable {
    /// The universal screening function, in full below `inner_A` and zero at `outer_A`.
    case universal(inner_A: Double, outer_A: Double)
    /// Zero at `outer_A`, or at `factor` times the sum of the covalent radii if that is shorter; in full below `innerShare`
    /// of that: 0 for a factor in the `zbl` line, a half for one in the `cutoff` line of GPUMD 3.9.5.
    case typewise(outer_A: Double, factor: Double, innerShare: Double)
    /// For each pair of types i ≤ j, in the order of the rows of a triangle: inner and outer radius, then four times
    /// a factor and an exponent of the screening function.
    case flexible([[Double]])
  }

  package let form: Form
  let elements: [String]

  /// The repulsion of one pair of types.
  struct Pair: Sendable {
    let inner_A: Double
    let outer_A: Double
    private let strength_eVA: Double
    private let perLength_perA: Double
    private let terms: [(factor: Double, exponent: Double)]

    fileprivate init(
      _ first: String, _ second: String, inner_A: Double, outer_A: Double, terms: ArraySlice<Double>
    ) {
      self.inner_A = inner_A
      self.outer_A = outer_A
      let z = [first, second].map { Double(Element(symbol: $0)?.atomicNumber ?? 0) }
      strength_eVA = NEPRepulsion.coulomb * z[0] * z[1]
      perLength_perA = (power(z[0], 0.23) + power(z[1], 0.23)) * NEPRepulsion.screening_perA
      let t = Array(terms)
      self.terms = stride(from: 0, to: t.count, by: 2).map { (t[$0], t[$0 + 1]) }
    }

    /// Energy of the pair, eV, and its derivative by the distance, eV/Å.
    func evaluate(_ r: Double) -> (energy: Double, slope: Double) {
      guard r < outer_A else { return (0, 0) }
      var phi = 0.0
      var slope = 0.0
      for term in terms {
        let value = term.factor * exponential(-term.exponent * perLength_perA * r)
        phi += value
        slope -= term.exponent * perLength_perA * value
      }
      var fade = 1.0
      var fadeSlope = 0.0
      if r > inner_A {
        let rate = Double.pi / (outer_A - inner_A)
        let (sine, cosine) = sineAndCosine(rate * (r - inner_A))
        fade = (cosine + 1) / 2
        fadeSlope = -rate * sine / 2
      }
      let bare = strength_eVA / r
      return (bare * phi * fade, bare * ((slope - phi / r) * fade + phi * fadeSlope))
    }
  }

  func pair(_ i: Int, _ j: Int) -> Pair {
    let (first, second) = (elements[i], elements[j])
    switch form {
    case .universal(let inner_A, let outer_A):
      return Pair(first, second, inner_A: inner_A, outer_A: outer_A, terms: Self.universal[...])
    case .typewise(let outer_A, let factor, let innerShare):
      let end_A = min(outer_A, factor * CovalentRadius.sum_A(first, second))
      return Pair(first, second, inner_A: innerShare * end_A, outer_A: end_A, terms: Self.universal[...])
    case .flexible(let parameters):
      let (low, high) = (min(i, j), max(i, j))
      let row = parameters[low * elements.count - low * (low - 1) / 2 + high - low]
      return Pair(first, second, inner_A: row[0], outer_A: row[1], terms: row[2...])
    }
  }

  /// Factor and exponent four times: J. F. Ziegler, J. P. Biersack, U. Littmark, The Stopping and Range of Ions in
  /// Solids (1985).
  private static let universal = [0.18175, 3.1998, 0.50986, 0.94229, 0.28022, 0.4029, 0.02817, 0.20162]
  /// e²/(4π ε0) in eV Å and the inverse of the screening length's 0.46848 Å, with the digits that NEP models are
  /// trained with.
  private static let coulomb = 14.399645
  private static let screening_perA = 2.134563
}
