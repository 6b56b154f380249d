extension Element {
  /// The element whose standard weight is nearest, within 1 %; deuterium and tritium are D and T.
  package static func nearest(mass_amu: Double) -> Element? {
    for isotope in ["D", "T"].compactMap({ Element(symbol: $0) }) {
      if abs(mass_amu - isotope.mass_amu) < 0.02 { return isotope }
    }
    let all = (1...118).compactMap { Element(atomicNumber: $0) }
    guard let best = all.min(by: { abs($0.mass_amu - mass_amu) < abs($1.mass_amu - mass_amu) }),
      abs(best.mass_amu - mass_amu) < 0.01 * best.mass_amu
    else { return nil }
    return best
  }
}
