import Mathematics

/// A part of the average cell that is realised independently: a molecule with its alternatives, or one ion.
struct DisorderUnit {
  /// Indices of the average structure's positions, ascending.
  var positions: [Int]
  /// Cartesian and unwrapped, Å.
  var places: [Vector3]
}

extension DisorderedStructure {
  /// The molecules of the average structure, each with all its alternatives, and the single positions.
  ///
  /// Positions belong to one unit where a bond is possible between them, or where two partly occupied ones
  /// are so close that they can only be alternatives.
  ///
  /// - Throws: `StructureError.disorder` where a chain of bonds has no end.
  func units() throws -> [DisorderUnit] {
    let neighbours = try links()
    var unitOf = [Int](repeating: -1, count: positions.count)
    var result: [DisorderUnit] = []
    for start in positions.indices where unitOf[start] < 0 {
      var images = [start: SIMD3<Int>()]
      var queue = [start]
      unitOf[start] = result.count
      while let i = queue.popLast() {
        for link in neighbours[i] {
          let image = (images[i] ?? SIMD3()) &+ link.image
          if let known = images[link.atom] {
            guard known == image else { throw endless(link.atom) }
          } else {
            images[link.atom] = image
            unitOf[link.atom] = result.count
            queue.append(link.atom)
          }
        }
      }
      let members = images.keys.sorted()
      let places = members.map { member in
        let image = images[member] ?? SIMD3()
        return cell.cartesian(
          positions[member].fractional + [Double(image.x), Double(image.y), Double(image.z)])
      }
      result.append(DisorderUnit(positions: members, places: places))
    }
    return result
  }

  private typealias Link = BondGraph.Bond

  private func links() throws -> [[Link]] {
    let elements = positions.map { sites[$0.site].element }
    let limits = BondLimits(elements, rules)
    let places = positions.map { cell.cartesian($0.fractional) }
    let search = try PeriodicPairs(cell: cell, positions: places, radius: max(limits.reach_A, 1))
    var bonds = [[Link]](repeating: [], count: positions.count)
    var alternatives = bonds
    for i in positions.indices {
      search.forEach(of: i) { j, image, vector in
        let distance = length(vector)
        let arePartial = !sites[positions[i].site].isFull && !sites[positions[j].site].isFull
        // Two partly occupied sites of one anion near each other are alternatives, no S-S or O-O bond.
        let isSplit = arePartial && elements[i] == elements[j] && ["O", "S", "Se"].contains(elements[i])
        if distance <= limits.longest_A(i, j), !isSplit {
          bonds[i].append(Link(atom: j, image: image))
        } else if distance < 1, arePartial {
          alternatives[i].append(Link(atom: j, image: image))
        }
      }
    }
    var graph = BondGraph(neighbours: bonds)
    _ = graph.cutNetworks(elements: elements)
    bonds = graph.neighbours
    // Alternatives link only atoms of molecules: split positions of an ion stay separate.
    return positions.indices.map { i in
      bonds[i].isEmpty ? [] : bonds[i] + alternatives[i].filter { !bonds[$0.atom].isEmpty }
    }
  }

  private func endless(_ position: Int) -> StructureError {
    let label = sites[positions[position].site].label
    return .disorder(
      name: name,
      problem: """
        the bonds of the site \(label) lead to its own periodic image; wanted molecules that end
        """)
  }
}
