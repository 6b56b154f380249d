import Mathematics

/// The directions in a molecule that its orientation functions are averaged over: unit vectors from the centre
/// of mass to its hydrogens, or where there are none to the atoms farther than 0.3 Å from it.
///
/// - Parameters:
///   - elements: symbols.
///   - geometry: about the centre of mass, Å.
/// - Returns: none for a lone atom.
package func bodyVectors(elements: [String], geometry: [Vector3]) -> [Vector3] {
  let hydrogens = geometry.indices.filter { elements[$0] == "H" || elements[$0] == "D" }
  let chosen = hydrogens.isEmpty ? outerAtoms(geometry) : hydrogens
  return chosen.compactMap {
    let r = length(geometry[$0])
    return r > 0 ? geometry[$0] / r : nil
  }
}

/// The atoms of a molecule that have a direction: those farther than 0.3 Å from its centre of mass.
/// - Parameter geometry: about the centre of mass, Å.
package func outerAtoms(_ geometry: [Vector3]) -> [Int] {
  geometry.indices.filter { length(geometry[$0]) > 0.3 }
}
