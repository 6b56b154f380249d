import Analysis
import Crystal
import Manifest
import Mathematics
import Mechanism
import Trajectory

/// The reference geometry of each kind of anion from a run's record: its atoms, rotated back by the recorded
/// orientations, averaged over the anions.
enum AnionGeometry {
  /// - Parameters:
  ///   - names: formula of each recorded anion.
  ///   - group: that they are recorded in.
  /// - Returns: one kind for each name; without a geometry where the record does not determine which atoms belong
  ///   to which anion.
  static func kinds(
    _ names: [String], of group: String, record: RunRecord, manifest: Manifest
  ) throws -> [AnionKind] {
    let distinct = Set(names).sorted()
    let blank = distinct.map { AnionKind(name: $0, elements: [], geometry: [], masses_amu: []) }
    guard !names.isEmpty, record.plan.group("all") != nil,
      let atoms = try firstAtoms(of: group, record: record)
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
    let turns = try orientations(of: group, record: record)
    guard atoms.ranges.count == names.count, turns.count == names.count else { return blank }
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

  /// The atoms of each body of a group: molecules are in the order of their ids, and everything but the recorded bodies is
  /// single atoms.
  private static func firstAtoms(
    of group: String, record: RunRecord
  ) throws -> (ranges: [Range<Int>], total: Int)? {
    let total = record.plan.group("all")?.memberCount ?? 0
    guard try record.steps(of: "all").first == 0, try record.steps(of: group).first == 0 else { return nil }
    var sizes: [Int: Int] = [:]
    var own: [Int] = []
    for bodies in record.plan.groups where bodies.kind == .bodies {
      for block in try record.usableBlocks(of: bodies.name) {
        let ids = try record.members(of: bodies.name, block: block)
        for (id, name) in zip(ids, try record.species(of: bodies.name, block: block)) {
          sizes[id] = Results.elements(ofFormula: name).reduce(0) { $0 + $1.count }
        }
        if bodies.name == group { own += ids }
      }
    }
    var ranges: [Int: Range<Int>] = [:]
    var extra = 0
    for (id, size) in sizes.sorted(by: { $0.key < $1.key }) {
      let first = id + extra
      guard id >= 0, size > 0, first + size <= total else { return nil }
      ranges[id] = first..<(first + size)
      extra += size - 1
    }
    return (own.compactMap { ranges[$0] }, total)
  }

  private static func orientations(of group: String, record: RunRecord) throws -> [SIMD4<Double>] {
    var result: [SIMD4<Double>] = []
    for block in try record.usableBlocks(of: group) {
      let size = record.plan.group(group)?.blockSizes[block] ?? 0
      let q = try record.readOrientations(group: group, block: block, members: 0..<size, frames: 0..<1)
      for i in 0..<size {
        result.append([Double(q[4 * i]), Double(q[4 * i + 1]), Double(q[4 * i + 2]), Double(q[4 * i + 3])])
      }
    }
    return result
  }
}
