/// What molecules take along beside their atoms: for each molecule a slot of memory of a size that goes with its
/// template, whose content means nothing here.
///
/// A molecule knows its slot's number (`OwnedMolecule.luggage`), so that sorting molecules does not move
/// kilobytes; only a molecule that goes to another rank, or into a snapshot, has them copied.
package final class PerMoleculeData {
  /// 8-byte words of each molecule, by template.
  package let words: [Int]
  private var pools: [Pool]

  private struct Pool {
    var base: UnsafeMutableRawPointer?
    var capacity = 0
    /// Slots below this have been in use.
    var used = 0
    var free: [Int32] = []
  }

  /// - Parameter words: 8-byte words of each molecule, by template; 0 for none.
  package init(words: [Int]) {
    self.words = words
    pools = words.map { _ in Pool() }
  }

  deinit { for pool in pools { pool.base?.deallocate() } }

  /// The slot of a molecule, aligned to 64 bytes up to whole words; valid until molecules come.
  /// - Precondition: `words` of the molecule's template is not 0.
  @inline(__always)
  package func address(of molecule: OwnedMolecule) -> UnsafeMutableRawPointer {
    let template = Int(molecule.template)
    // A molecule without a slot has no words; address 64 is never read.
    let base = pools[template].base ?? UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
    return base + Int(molecule.luggage) * words[template] * 8
  }

  /// A slot full of zeros; −1 for a template without luggage.
  func take(template: Int32) -> Int32 {
    let template = Int(template)
    let bytes = words[template] * 8
    guard bytes > 0 else { return -1 }
    let slot: Int32
    if let last = pools[template].free.popLast() {
      slot = last
    } else {
      slot = Int32(pools[template].used)
      pools[template].used += 1
      grow(template, bytes)
    }
    if let base = pools[template].base {
      (base + Int(slot) * bytes).initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }
    return slot
  }

  private func grow(_ template: Int, _ bytes: Int) {
    let pool = pools[template]
    guard pool.used > pool.capacity else { return }
    let capacity = pool.used + pool.used / 4 + 8
    let base = UnsafeMutableRawPointer.allocate(byteCount: capacity * bytes, alignment: 64)
    if let old = pool.base {
      base.copyMemory(from: old, byteCount: (pool.used - 1) * bytes)
      old.deallocate()
    }
    pools[template].base = base
    pools[template].capacity = capacity
  }

  /// Takes a slot back from a molecule that goes.
  func giveBack(_ molecule: OwnedMolecule) {
    guard molecule.luggage >= 0 else { return }
    pools[Int(molecule.template)].free.append(molecule.luggage)
  }

  /// Takes all slots back.
  func clear() {
    for template in pools.indices {
      pools[template].used = 0
      pools[template].free.removeAll()
    }
  }

  /// A molecule's words.
  func content(of molecule: OwnedMolecule) -> UnsafeRawBufferPointer {
    guard molecule.luggage >= 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(
      start: address(of: molecule), count: words[Int(molecule.template)] * 8)
  }

  /// Fills a molecule's slot.
  /// - Parameter content: as many words of 8 bytes as the slot has.
  func fill(_ molecule: OwnedMolecule, with content: UnsafeRawPointer) {
    guard molecule.luggage >= 0 else { return }
    address(of: molecule).copyMemory(from: content, byteCount: words[Int(molecule.template)] * 8)
  }
}

extension Domain {
  /// Gives every molecule a slot of zeros.
  /// - Parameter words: 8-byte words of each molecule, by template; none takes the slots away.
  package func load(luggage words: [Int]) {
    luggage = words.contains { $0 > 0 } ? PerMoleculeData(words: words) : nil
    for m in molecules.indices {
      molecules[m].luggage = luggage?.take(template: molecules[m].template) ?? -1
    }
  }

  /// The slots of the own molecules, in their order.
  package var packedLuggage: [Int64] {
    guard let luggage else { return [] }
    let count = molecules.reduce(0) { $0 + luggage.words[Int($1.template)] }
    return [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var at = 0
      for molecule in molecules {
        let content = luggage.content(of: molecule)
        UnsafeMutableRawBufferPointer(rebasing: bytes[at..<(at + content.count)]).copyMemory(from: content)
        at += content.count
      }
      filled = count
    }
  }

  /// 8-byte words of luggage of all molecules of the cell.
  package var luggageWords: Int {
    guard let luggage else { return 0 }
    return topology.templateOfMolecule.reduce(0) { $0 + luggage.words[Int($1)] }
  }
}
