extension Element {
  /// The element whose standard weight is nearest, within 1 %; deuterium is hydrogen.
  package static func nearest(mass_amu: Double) -> Element? {
    if abs(mass_amu - 2.014) < 0.01 { return Element(symbol: "H") }
    let all = (1...118).compactMap { Element(atomicNumber: $0) }
    guard let best = all.min(by: { abs($0.mass_amu - mass_amu) < abs($1.mass_amu - mass_amu) }),
      abs(best.mass_amu - mass_amu) < 0.01 * best.mass_amu
    else { return nil }
    return best
  }
}
