import Crystal
import Manifest

extension Manifest {
  /// Of an ion by its formula, with the isotopes and scales of the dynamics.
  package func mass_amu(of kind: String) -> Double {
    var mass = 0.0
    for (element, count) in elements(ofFormula: kind) {
      let usual = Element(symbol: element)?.mass_amu ?? 1
      let scale = kind == element ? 1 : dynamics.massScale[element] ?? 1
      mass += (dynamics.masses_amu[element] ?? usual) * scale * Double(count)
    }
    return mass * (dynamics.massScale[kind] ?? 1)
  }
}
