import Crystal
import Manifest

extension Manifest {
  /// The mass of an ion by its formula, with the manifest's isotopes and scales.
  package func mass_amu(of kind: String) -> Double {
    var mass = 0.0
    for (element, count) in elements(ofFormula: kind) {
      let usual = Element(symbol: element)?.mass_amu ?? 1
      let scale = kind == element ? 1 : massScale[element] ?? 1
      mass += (masses_amu[element, in: kind] ?? usual) * scale * Double(count)
    }
    return mass * (massScale[kind] ?? 1)
  }

  /// The mass of an atom in an ion of that formula, with the manifest's isotopes and scales.
  package func mass_amu(of element: String, in kind: String) -> Double {
    let usual = masses_amu[element, in: kind] ?? Element(symbol: element)?.mass_amu ?? 1
    return usual * (kind == element ? 1 : massScale[element] ?? 1) * (massScale[kind] ?? 1)
  }
}
