/// The members of a group over all blocks, by ascending id.
struct MemberOrder {
  let ids: [Int]
  let species: [String]
  private let blocks: [Int]
  /// The rank by id of each member, block after block.
  private let places: [[Int]]

  /// - Throws: `RecordProblem` for a block that can't be used; `HDF5Error`.
  init(_ record: RunRecord, group: String) throws {
    let blocks = try record.usableBlocks(of: group)
    let members = try blocks.map { try record.members(of: group, block: $0) }
    let names = try blocks.flatMap { try record.species(of: group, block: $0) }
    let all = members.flatMap { $0 }
    let order = all.indices.sorted { all[$0] < all[$1] }
    var place = [Int](repeating: 0, count: all.count)
    for (new, old) in order.enumerated() { place[old] = new }
    ids = order.map { all[$0] }
    species = order.map { names[$0] }
    var first = 0
    var places: [[Int]] = []
    for block in members {
      places.append(Array(place[first..<(first + block.count)]))
      first += block.count
    }
    self.blocks = blocks
    self.places = places
  }

  /// The values of all members, sorted, at some records.
  ///
  /// - Parameter read: returns `[record][member][width]` of a block.
  /// - Returns: `[record][member][width]`.
  func gather(
    frames: Int, width: Int, _ read: (_ block: Int, _ members: Range<Int>) throws -> [Float]
  ) throws -> [Float] {
    if blocks.count == 1, ids.indices.allSatisfy({ places[0][$0] == $0 }) {
      return try read(blocks[0], 0..<ids.count)
    }
    var result = [Float](repeating: 0, count: frames * ids.count * width)
    for (block, places) in zip(blocks, places) {
      let values = try read(block, 0..<places.count)
      for frame in 0..<frames {
        for (member, place) in places.enumerated() {
          let from = (frame * places.count + member) * width
          let to = (frame * ids.count + place) * width
          for k in 0..<width { result[to + k] = values[from + k] }
        }
      }
    }
    return result
  }
}
