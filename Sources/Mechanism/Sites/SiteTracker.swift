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
/// another, within 0.4 of the distance from that site to the next. Oscillations about the boundary between two
/// sites are not hops.
package struct SiteTracker: Sendable {
  package static let coreRatio = 0.4

  package let sites: DensitySites
  private let crystal: CrystalFrame
  private let cores_A: [Double]
  private var places: [SitePlace?]
  private var arrivals: [Int?]
  private var firstFrames: [Int?]

  package init(sites: DensitySites, crystal: CrystalFrame, ionCount: Int) {
    self.sites = sites
    self.crystal = crystal
    cores_A = sites.nearest_A.map { Self.coreRatio * $0 }
    places = [SitePlace?](repeating: nil, count: ionCount)
    arrivals = [Int?](repeating: nil, count: ionCount)
    firstFrames = arrivals
  }

  /// The site of an ion; nil before it was in any core.
  package func place(of ion: Int) -> SitePlace? { places[ion] }

  /// The stays that have not ended, frames: of the ions that arrived at their sites within the run.
  package func openStays(at frame: Int) -> [Int] { arrivals.compactMap { $0.map { frame - $0 } } }

  /// Σ over ions of the frames since they were first at a site.
  package func watched(at frame: Int) -> Int {
    firstFrames.reduce(0) { $0 + ($1.map { frame - $0 } ?? 0) }
  }

  /// Processes the ions of the next frame.
  /// - Parameters:
  ///   - positions: unwrapped, Å.
  ///   - inCore: is called for each ion in the core of a site, with the site and the ion's offset from it in
  ///     fractions of the unit cell.
  /// - Returns: the hops that end in this frame.
  package mutating func advance(
    _ positions: [Vector3], cell: Cell, frame: Int, inCore: (Int, Vector3) -> Void = { _, _ in }
  ) -> [SiteHop] {
    guard !sites.fractions.isEmpty else { return [] }
    let unit = crystal.unit(of: cell)
    var hops: [SiteHop] = []
    for (ion, r) in positions.enumerated() {
      let s = unit.fractional(r)
      // Cores do not overlap: an ion in that of its site is in no other.
      if let old = places[ion] {
        let offset = s - fraction(old)
        if length(unit.cartesian(offset)) < cores_A[old.site] {
          inCore(old.site, offset)
          continue
        }
      }
      guard let found = core(s, unit: unit) else { continue }
      inCore(found.site, s - fraction(found))
      guard found != places[ion] else { continue }
      if let old = places[ion] {
        hops.append(
          SiteHop(
            ion: ion, frame: frame, stay: arrivals[ion].map { frame - $0 }, from: old, to: found,
            vector: position(found) - position(old)))
        arrivals[ion] = frame
      } else {
        firstFrames[ion] = frame
      }
      places[ion] = found
    }
    return hops
  }

  private func fraction(_ place: SitePlace) -> Vector3 {
    sites.fractions[place.site]
      + Vector3(Double(place.image.x), Double(place.image.y), Double(place.image.z))
  }

  /// Å, in the mean unit cell.
  package func position(_ place: SitePlace) -> Vector3 { sites.unitCell.cartesian(fraction(place)) }

  /// The site whose core a position is in.
  private func core(_ s: Vector3, unit: Cell) -> SitePlace? {
    guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { return nil }
    for (index, site) in sites.fractions.enumerated() {
      let d = s - site
      let image = d.rounded(.toNearestOrEven)
      if length(unit.cartesian(d - image)) < cores_A[index] {
        return SitePlace(site: index, image: [Int(image.x), Int(image.y), Int(image.z)])
      }
    }
    return nil
  }
}
