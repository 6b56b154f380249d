import Analysis
import Crystal
import Manifest
import Mathematics
import Mechanism
import Trajectory

/// The reference geometry of each kind of anion from a run's record: its atoms, rotated back by the recorded
/// orientations, averaged over the anions.
enum AnionGeometry {
  /// - Parameter names: formula of each recorded anion.
  /// - Returns: one kind for each name; without a geometry where the record does not determine which atoms belong
  ///   to which anion.
  static func kinds(
    _ names: [String], record: RunRecord, manifest: Manifest
  ) throws -> [AnionKind] {
    let distinct = Set(names).sorted()
    let blank = distinct.map { AnionKind(name: $0, elements: [], geometry: [], masses_amu: []) }
    guard !names.isEmpty, record.plan.group("all") != nil, let atoms = try firstAtoms(names, record: record)
    else {
      return blank
    }
    var positions = [Vector3](repeating: .zero, count: atoms.total)
    var elements = [String](repeating: "", count: atoms.total)
    for block in try record.usableBlocks(of: "all") {
      let ids = try record.members(of: "all", block: block)
      let species = try record.species(of: "all", block: block)
      let r = try record.readPositions(group: "all", block: block, members: 0..<ids.count, frames: 0..<1)
      for (place, id) in ids.enumerated() where positions.indices.contains(id) {
        positions[id] = [Double(r[3 * place]), Double(r[3 * place + 1]), Double(r[3 * place + 2])]
        elements[id] = species[place]
      }
    }
    let turns = try orientations(count: names.count, record: record)
    return distinct.enumerated().map { index, name in
      var sum: [Vector3] = []
      var own: [String] = []
      var count = 0.0
      for (anion, other) in names.enumerated() where other == name {
        let range = atoms.ranges[anion]
        own = Array(elements[range])
        guard MoleculeKind(elements: own).name == name else { return blank[index] }
        let masses = own.map { manifest.mass_amu(of: $0, in: name) }
        let centre =
          zip(range, masses).reduce(Vector3.zero) { $0 + positions[$1.0] * $1.1 } / masses.reduce(0, +)
        let turn = Matrix3(rotation: turns[anion])
        let local = range.map { turn.transposedTimes(positions[$0] - centre) }
        sum = sum.isEmpty ? local : zip(sum, local).map { $0 + $1 }
        count += 1
      }
      return AnionKind(
        name: name, elements: own, geometry: sum.map { $0 / count },
        masses_amu: own.map { manifest.mass_amu(of: $0, in: name) })
    }
  }

  /// The atoms of each anion: molecules are in the order of their ids, and everything but the anions is
  /// single atoms.
  private static func firstAtoms(
    _ names: [String], record: RunRecord
  ) throws -> (ranges: [Range<Int>], total: Int)? {
    var ids: [Int] = []
    for block in try record.usableBlocks(of: "anions") {
      ids += try record.members(of: "anions", block: block)
    }
    let total = record.plan.group("all")?.memberCount ?? 0
    guard ids.count == names.count, try record.steps(of: "all").first == 0,
      try record.steps(of: "anions").first == 0
    else { return nil }
    let sizes = names.map { name in
      Results.elements(ofFormula: name).reduce(0) { $0 + $1.count }
    }
    var ranges: [Range<Int>] = []
    var extra = 0
    for (id, size) in zip(ids, sizes) {
      let first = id + extra
      guard id >= 0, first + size <= total else { return nil }
      ranges.append(first..<(first + size))
      extra += size - 1
    }
    return zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) ? (ranges, total) : nil
  }

  private static func orientations(count: Int, record: RunRecord) throws -> [SIMD4<Double>] {
    var result: [SIMD4<Double>] = []
    for block in try record.usableBlocks(of: "anions") {
      let size = record.plan.group("anions")?.blockSizes[block] ?? 0
      let q = try record.readOrientations(group: "anions", block: block, members: 0..<size, frames: 0..<1)
      for i in 0..<size {
        result.append([Double(q[4 * i]), Double(q[4 * i + 1]), Double(q[4 * i + 2]), Double(q[4 * i + 3])])
      }
    }
    return result
  }
}
