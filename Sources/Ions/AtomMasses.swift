/// Masses in place of the standard ones, by element or by the element in one kind of ion.
public struct AtomMasses: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// amu, by symbol.
  public var ofElement: [String: Double] = [:]
  /// amu, by the ion's formula and the symbol; these come first.
  public var inIon: [String: [String: Double]] = [:]

  /// All masses are the standard ones.
  public init() {}

  /// amu, by symbol.
  public init(dictionaryLiteral elements: (String, Double)...) {
    for (element, mass) in elements { ofElement[element] = mass }
  }

  /// amu, by symbol, and by the ion's formula and the symbol.
  public init(ofElement: [String: Double], inIon: [String: [String: Double]] = [:]) {
    self.ofElement = ofElement
    self.inIon = inIon
  }

  /// Whether all masses are the standard ones.
  public var isEmpty: Bool { ofElement.isEmpty && inIon.isEmpty }

  /// The mass of an element, amu; nil for the standard one.
  public subscript(element: String) -> Double? { ofElement[element] }

  /// The mass of an element in an ion, amu; nil for the standard one.
  public subscript(element: String, in ion: String) -> Double? { inIon[ion]?[element] ?? ofElement[element] }

  /// Adds those of `other` that this has not.
  public mutating func fill(from other: AtomMasses) {
    ofElement.merge(other.ofElement) { own, _ in own }
    // A mass that is said for the element holds in every ion, unless it is said for the ion as well.
    for (ion, masses) in other.inIon {
      for (element, mass) in masses where self[element, in: ion] == nil {
        inIon[ion, default: [:]][element] = mass
      }
    }
  }

  /// The masses in words: `H 2.014 amu in BH4`.
  public var text: String {
    let elements = ofElement.sorted { $0.key < $1.key }.map { "\($0) \($1) amu" }
    let ions = inIon.sorted { $0.key < $1.key }.flatMap { ion, masses in
      masses.sorted { $0.key < $1.key }.map { "\($0) \($1) amu in \(ion)" }
    }
    return (elements + ions).joined(separator: ", ")
  }

  /// Every mass by a name of one word: `H`, `BH4.H`.
  public var flat: [String: Double] {
    var flat = ofElement
    for (ion, masses) in inIon { for (element, mass) in masses { flat["\(ion).\(element)"] = mass } }
    return flat
  }

  /// From what ``flat`` gives.
  public init(flat: [String: Double]) {
    for (name, mass) in flat {
      let parts = name.split(separator: ".").map(String.init)
      if parts.count == 2 { inIon[parts[0], default: [:]][parts[1]] = mass } else { ofElement[name] = mass }
    }
  }
}
