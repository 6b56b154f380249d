import Crystal
import Mathematics
import Mechanism
import RealModule

/// A lattice of sites between which ions hop.
package struct HopLattice: Sendable {
  package var name: String
  /// In fractions of the cubic unit cell.
  package var fractions: [Vector3]
  package var edge_A: Double
  /// Anions of the unit cell, in fractions.
  package var anions: [Vector3]
  /// The distance to the nearest sites, Å.
  package var hop_A: Double

  package static let bccTetrahedral = HopLattice(
    name: "tetrahedral sites of bcc",
    fractions: [
      [0.5, 0, 0.25], [0.5, 0, 0.75], [0, 0.5, 0.25], [0, 0.5, 0.75], [0.5, 0.25, 0], [0.5, 0.75, 0],
      [0, 0.25, 0.5], [0, 0.75, 0.5], [0.25, 0.5, 0], [0.75, 0.5, 0], [0.25, 0, 0.5], [0.75, 0, 0.5],
    ], edge_A: 8, anions: [[0, 0, 0], [0.5, 0.5, 0.5]], hop_A: 8 / 8.0.squareRoot())
  package static let simpleCubic = HopLattice(
    name: "simple cubic", fractions: [[0.5, 0.5, 0.5]], edge_A: 3.5, anions: [.zero], hop_A: 3.5)
  package static let fcc = HopLattice(
    name: "fcc", fractions: [[0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]], edge_A: 6,
    anions: [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]], hop_A: 6 / 2.0.squareRoot())
  package static let all = [bccTetrahedral, simpleCubic, fcc]

  /// The hops from each site, to a site and by a vector in Å.
  package var hops: [[(to: Int, vector: Vector3)]] {
    fractions.map { from in
      var found: [(Int, Vector3)] = []
      for (to, site) in fractions.enumerated() {
        for x in -1...1 {
          for y in -1...1 {
            for z in -1...1 {
              let d = (site - from + [Double(x), Double(y), Double(z)]) * edge_A
              if abs(length(d) - hop_A) < 1e-6 { found.append((to, d)) }
            }
          }
        }
      }
      return found
    }
  }

  package var sites: DensitySites { DensitySites(fractions: fractions, unitCell: Cell(cubic: edge_A)) }
}

/// Ions that hop at random between the sites of a lattice: in each frame with one probability, to each neighbour
/// alike, whatever the others do. Rate, length, residence and f = 1 are exactly known.
package struct HopRun: Sendable {
  package var lattice = HopLattice.bccTetrahedral
  package var ions = 16
  package var frames = 500
  package var interval_ps = 0.1
  /// 1/ps; the mean number of hops is this times the ions and the time.
  package var rate_per_ps = 0.1
  /// Ions that hop at the same instants.
  package var group = 1
  /// Standard deviation of the vibration along each axis, Å.
  package var vibration_A = 0.12
  /// Unit cells along each edge of the cell.
  package var copies = 1

  package init(
    lattice: HopLattice = .bccTetrahedral, ions: Int = 16, frames: Int = 500, rate_per_ps: Double = 0.1
  ) {
    self.lattice = lattice
    self.ions = ions
    self.frames = frames
    self.rate_per_ps = rate_per_ps
  }

  package var duration_ps: Double { Double(frames - 1) * interval_ps }

  package func make(_ random: inout RandomNumbers, anions: Bool = false) -> HandMade {
    let cell = Cell(cubic: lattice.edge_A * Double(copies))
    var centres: [Vector3] = []
    for x in 0..<copies {
      for y in 0..<copies {
        for z in 0..<copies {
          for s in lattice.anions {
            centres.append((s + [Double(x), Double(y), Double(z)]) * lattice.edge_A)
          }
        }
      }
    }
    var made = HandMade(
      cell: cell, kinds: anions ? [.borohydride] : [], kindOfAnion: anions ? centres.map { _ in 0 } : [],
      interval_ps: interval_ps)
    let hops = lattice.hops
    var site = (0..<ions).map { _ in random.next(below: lattice.fractions.count) }
    var r = site.map { at in
      let image = Vector3(
        Double(random.next(below: copies)), Double(random.next(below: copies)),
        Double(random.next(below: copies)))
      return (lattice.fractions[at] + image) * lattice.edge_A
    }
    for frame in 0..<frames {
      if frame > 0 {
        for first in stride(from: 0, to: ions, by: group)
        where random.uniform() < rate_per_ps * interval_ps {
          for ion in first..<min(first + group, ions) {
            let hop = hops[site[ion]][random.next(below: hops[site[ion]].count)]
            site[ion] = hop.to
            r[ion] += hop.vector
          }
        }
      }
      made.cations.append(r.map { $0 + random.vector() * vibration_A })
      if anions { made.anions.append(centres.map { $0 + random.vector() * 0.2 }) }
    }
    return made
  }

  /// The observables of some replicas, with the lattice's own sites.
  package func observed(_ random: inout RandomNumbers, replicas: Int = 1, sites: DensitySites? = nil) throws
    -> [ObservableValue]
  {
    var pool = ObservablePool()
    let crystal = CrystalFrame(supercell: [[copies, 0, 0], [0, copies, 0], [0, 0, copies]])
    for _ in 0..<replicas {
      let made = make(&random)
      pool.add(
        try made.observe(
          SiteHopAnalysis(system: made.system, sites: sites ?? lattice.sites, crystal: crystal)))
    }
    return pool.finish().values
  }
}

extension RandomNumbers {
  package mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension [ObservableValue] {
  package func named(_ name: String) -> ObservableValue? { first { $0.name == name } }
}
