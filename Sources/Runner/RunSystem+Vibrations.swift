import Crystal
import Manifest
import Mathematics
import Model
import Units

extension RunSystem {
  /// The fastest vibration of each kind of molecule whose bonds the potential, or else a table, has a force constant for.
  var vibrations: [Vibration] {
    var fastest: [String: Vibration] = [:]
    for index in topology.templates.indices {
      guard let vibration = vibration(ofTemplate: index) else { continue }
      let known = fastest[vibration.molecule]?.period_ps ?? .infinity
      if vibration.period_ps < known { fastest[vibration.molecule] = vibration }
    }
    return fastest.values.sorted { $0.molecule < $1.molecule }
  }

  private func vibration(ofTemplate index: Int) -> Vibration? {
    let template = topology.templates[index]
    let types = template.types.compactMap { topology.typeNames.firstIndex(of: $0) }
    guard types.count == template.types.count else { return nil }
    let elements = types.map { topology.elements[$0] }
    let isEstimated = template.bonds.isEmpty
    let springs =
      isEstimated
      ? template.links.compactMap { link in
        BondStrength.between(elements[Int(link.i)], elements[Int(link.j)]).map {
          Spring(i: Int(link.i), j: Int(link.j), constant_eV_A2: $0)
        }
      }
      // The energy of a bond is k (r − r₀)².
      : template.bonds.map { Spring(i: Int($0.i), j: Int($0.j), constant_eV_A2: 2 * $0.k_eV_per_A2) }
    let masses = types.map { topology.masses_amu[$0] * Constants.massVelocity }
    let molecule = SpringMolecule(masses: masses, positions: topology.restGeometries[index], springs: springs)
    guard let mode = molecule.fastestMode else { return nil }
    let pair = [elements[mode.spring.i], elements[mode.spring.j]].sorted {
      ($0 == "H" ? 1 : 0, $0) < ($1 == "H" ? 1 : 0, $1)
    }
    return Vibration(
      molecule: MoleculeKind(elements: elements).name, bond: pair.joined(separator: "–"),
      period_ps: 2 * .pi / mode.frequency_per_ps, isEstimated: isEstimated)
  }
}

/// A bond as a harmonic spring.
struct Spring {
  var i: Int
  var j: Int
  /// Second derivative of its energy.
  var constant_eV_A2: Double
}

/// A molecule of springs at their rest lengths.
struct SpringMolecule {
  /// eV/(Å/ps)².
  var masses: [Double]
  /// Å.
  var positions: [Vector3]
  var springs: [Spring]

  /// Angular frequency of the fastest normal mode, and the spring that has most of its energy; nil without springs.
  var fastestMode: (frequency_per_ps: Double, spring: Spring)? {
    guard masses.count == positions.count, masses.allSatisfy({ $0 > 0 }) else { return nil }
    let directions = springs.map { spring in
      let d = positions[spring.i] - positions[spring.j]
      return length(d) > 0 ? d / length(d) : d
    }
    let roots = masses.map { $0.squareRoot() }
    // Power iteration on the mass-weighted Hessian, from a start without symmetry.
    var mode = masses.indices.map {
      Vector3(1 + 0.3 * Double($0 % 7), -0.5 + 0.2 * Double($0 % 5), 0.1 * Double($0 % 3))
    }
    var eigenvalue = 0.0
    var stretches = springs.map { _ in 0.0 }
    for _ in 0..<200 {
      var next = masses.map { _ in Vector3.zero }
      for (index, spring) in springs.enumerated() {
        let u = directions[index]
        let stretch = dot(mode[spring.i] / roots[spring.i] - mode[spring.j] / roots[spring.j], u)
        stretches[index] = spring.constant_eV_A2 * stretch * stretch
        let pull = u * (spring.constant_eV_A2 * stretch)
        next[spring.i] += pull / roots[spring.i]
        next[spring.j] -= pull / roots[spring.j]
      }
      let norm = next.reduce(0) { $0 + dot($1, $1) }.squareRoot()
      guard norm > 0 else { return nil }
      eigenvalue = norm
      mode = next.map { $0 / norm }
    }
    guard let most = stretches.indices.max(by: { stretches[$0] < stretches[$1] }) else { return nil }
    return (eigenvalue.squareRoot(), springs[most])
  }
}

/// Usual force constants of bonds, from the wavenumbers of their stretching vibrations (K. Nakamoto, Infrared and Raman
/// Spectra of Inorganic and Coordination Compounds), for potentials without bonds.
enum BondStrength {
  /// 1/cm, by the two symbols in alphabetical order.
  private static let wavenumbers: [String: Double] = [
    "B-H": 2500, "C-H": 3000, "H-N": 3300, "H-O": 3550, "Al-H": 1780, "H-Si": 2200, "H-P": 2350, "H-S": 2580,
    "Ge-H": 2100, "C-N": 2100, "N-N": 2050, "C-O": 1450, "N-O": 1400, "C-C": 1500, "B-F": 1050, "B-O": 1300,
    "O-S": 1100, "O-P": 1050, "Cl-O": 1000, "O-Si": 1000, "P-S": 580, "S-Sb": 380, "Ge-S": 420, "S-Sn": 380,
    "As-S": 420, "P-Se": 480, "F-P": 850, "C-S": 750,
  ]
  /// Of light, cm/ps.
  private static let speed = 0.0299792458

  /// Second derivative of the energy, eV/Å²; nil for a pair that is not in the table.
  static func between(_ one: String, _ other: String) -> Double? {
    let pair = [one, other].sorted()
    guard let wavenumber = wavenumbers[pair.joined(separator: "-")], let a = Element(symbol: pair[0]),
      let b = Element(symbol: pair[1])
    else { return nil }
    let frequency = 2 * .pi * speed * wavenumber
    return a.mass_amu * b.mass_amu / (a.mass_amu + b.mass_amu) * Constants.massVelocity * frequency
      * frequency
  }
}
