import Crystal
import SinglePoints

/// Which configurations are worth a label: atoms of one that is not physical are too near one another.
struct PhysicalRule {
  /// The least distance of two atoms, over the sum of their covalent radii.
  let distance: Double

  /// - Throws: `StructureError` for numbers that are not finite.
  func isTooNear(_ frame: LabelledFrame) throws -> Bool {
    guard distance > 0 else { return false }
    let structure = FrameIons(apart: frame).structure
    var radii: [String: Double] = [:]
    // A radius for what has none in the table.
    for element in Set(structure.elements) {
      radii[element] = Element(symbol: element)?.covalentRadius_A ?? 1.5
    }
    let reach = 2 * distance * (radii.values.max() ?? 0)
    guard reach > 0 else { return false }
    return try structure.shortestContacts(within: reach).values.contains { contact in
      let sum =
        (radii[structure.elements[contact.first]] ?? 0) + (radii[structure.elements[contact.second]] ?? 0)
      return contact.distance_A < distance * sum
    }
  }
}
