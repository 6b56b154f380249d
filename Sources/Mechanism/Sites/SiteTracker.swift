import Crystal
import Mathematics
import Support

/// A site in one of the crystal's unit cells.
package struct SitePlace: Hashable, Sendable {
  package var site: Int
  package var image: SIMD3<Int>
}

/// An ion's move from one site to another.
package struct SiteHop: Sendable, Equatable {
  package var ion: Int
  /// The first frame in which the ion was in the core of the new site.
  package var frame: Int
  /// Residence time at the old site, frames; nil where the ion was there from the start.
  package var stay: Int?
  package var from: SitePlace
  package var to: SitePlace
  /// From site to site, Å, in the mean cell.
  package var vector: Vector3
}

/// Follows ions from site to site, with hysteresis: an ion belongs to a site until it is in the core of
/// another, within 0.4 of the shortest distance between sites. Oscillations about the boundary between two
/// sites are not hops.
package struct SiteTracker: Sendable {
  package static let coreRatio = 0.4

  package let sites: DensitySites
  private let crystal: CrystalFrame
  private var places: [SitePlace?]
  private var arrivals: [Int?]

  package init(sites: DensitySites, crystal: CrystalFrame, ionCount: Int) {
    self.sites = sites
    self.crystal = crystal
    places = [SitePlace?](repeating: nil, count: ionCount)
    arrivals = [Int?](repeating: nil, count: ionCount)
  }

  /// The site of an ion; nil before it was in any core.
  package func place(of ion: Int) -> SitePlace? { places[ion] }

  /// Processes the ions of the next frame.
  /// - Parameter positions: unwrapped, Å.
  /// - Returns: the hops that end in this frame.
  package mutating func advance(_ positions: [Vector3], cell: Cell, frame: Int) -> [SiteHop] {
    guard !sites.fractions.isEmpty else { return [] }
    let unit = crystal.unit(of: cell)
    let core = Self.coreRatio * sites.shortest_A
    var hops: [SiteHop] = []
    for (ion, r) in positions.enumerated() {
      let s = unit.fractional(r)
      guard let found = nearest(s, unit: unit), found.distance_A < core, found.place != places[ion] else {
        continue
      }
      if let old = places[ion] {
        let from = position(old)
        hops.append(
          SiteHop(
            ion: ion, frame: frame, stay: arrivals[ion].map { frame - $0 }, from: old, to: found.place,
            vector: position(found.place) - from))
        arrivals[ion] = frame
      }
      places[ion] = found.place
    }
    return hops
  }

  /// Å, in the mean unit cell.
  package func position(_ place: SitePlace) -> Vector3 {
    let image = Vector3(Double(place.image.x), Double(place.image.y), Double(place.image.z))
    return sites.unitCell.cartesian(sites.fractions[place.site] + image)
  }

  private func nearest(_ s: Vector3, unit: Cell) -> (place: SitePlace, distance_A: Double)? {
    guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { return nil }
    var best: (SitePlace, Double)?
    for (index, site) in sites.fractions.enumerated() {
      let d = s - site
      let image = d.rounded(.toNearestOrEven)
      let distance = length(unit.cartesian(d - image))
      if distance < best?.1 ?? .infinity {
        best = (SitePlace(site: index, image: [Int(image.x), Int(image.y), Int(image.z)]), distance)
      }
    }
    return best.map { ($0.0, $0.1) }
  }
}
