import RealModule

/// The distribution of a salt's cations over the three kinds of interstices (Kweon et al. 2017, Table 1).
package struct IntersticeOccupancy: Sendable, Equatable, Codable {
  /// n_i: cations on sites of each kind; their sum is the number of cations.
  package var cations: [Double]
  /// N_i: sites of each kind.
  package var sites: [Double]

  package init(cations: [Double], sites: [Double]) {
    self.cations = cations
    self.sites = sites
  }

  /// P1: the share of the cations on each kind of site.
  package var shares: [Double] {
    let total = cations.reduce(0, +)
    return cations.map { total > 0 ? $0 / total : 0 }
  }

  /// P2: the mean occupation of a site of each kind.
  package var occupations: [Double] { zip(cations, sites).map { $1 > 0 ? $0 / $1 : 0 } }

  /// S̃ in k_B for each cation: −Σ (N_i / n) [P2 ln P2 + (1 − P2) ln(1 − P2)] (Kweon et al. 2017, eq. 1). A
  /// kind that is full or empty adds nothing.
  package var entropy_kB: Double {
    let total = cations.reduce(0, +)
    guard total > 0 else { return 0 }
    return zip(occupations, sites).reduce(0) { sum, kind in
      let (p, count) = kind
      guard p > 0, p < 1 else { return sum }
      return sum - count / total * (p * Double.log(p) + (1 - p) * Double.log(1 - p))
    }
  }
}
