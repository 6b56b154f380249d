/// Data that move with the molecules: for each molecule a slot of memory, of a size that its template determines. The
/// decomposition does not interpret the content.
///
/// A molecule holds the number of its slot (`OwnedMolecule.dataSlot`), so that sorting molecules moves no slots. They
/// are copied only to another rank or into a snapshot.
@usableFromInline
package final class PerMoleculeData {
  /// 8-byte words of each molecule, by template.
  @usableFromInline package let words: [Int]
  @usableFromInline var pools: [Pool]

  @usableFromInline
  struct Pool {
    @usableFromInline var base: UnsafeMutableRawPointer?
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

  /// The slot of a molecule, aligned to 8 bytes; valid until molecules are added.
  /// - Precondition: `words` of the molecule's template is not 0.
  @inlinable @inline(__always)
  package func address(of molecule: OwnedMolecule) -> UnsafeMutableRawPointer {
    let template = Int(molecule.template)
    // A molecule without a slot has no words; address 64 is never read.
    let base = pools[template].base ?? UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
    return base + Int(molecule.dataSlot) * words[template] * 8
  }

  /// Takes a slot, filled with zeros; −1 for a template without data.
  func takeSlot(template: Int32) -> Int32 {
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

  /// Releases the slot of a molecule that leaves this rank.
  func releaseSlot(of molecule: OwnedMolecule) {
    guard molecule.dataSlot >= 0 else { return }
    pools[Int(molecule.template)].free.append(molecule.dataSlot)
  }

  /// Releases all slots.
  func releaseAll() {
    for template in pools.indices {
      pools[template].used = 0
      pools[template].free.removeAll()
    }
  }

  /// A molecule's words.
  func content(of molecule: OwnedMolecule) -> UnsafeRawBufferPointer {
    guard molecule.dataSlot >= 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(
      start: address(of: molecule), count: words[Int(molecule.template)] * 8)
  }

  /// Fills a molecule's slot.
  /// - Parameter content: as many words of 8 bytes as the slot has.
  func fill(_ molecule: OwnedMolecule, with content: UnsafeRawPointer) {
    guard molecule.dataSlot >= 0 else { return }
    address(of: molecule).copyMemory(from: content, byteCount: words[Int(molecule.template)] * 8)
  }
}

extension Domain {
  /// Gives every molecule a slot of zeros.
  /// - Parameter words: 8-byte words of each molecule, by template; an empty array removes the slots.
  package func allocatePerMoleculeData(words: [Int]) {
    perMoleculeData = words.contains { $0 > 0 } ? PerMoleculeData(words: words) : nil
    for m in molecules.indices {
      molecules[m].dataSlot = perMoleculeData?.takeSlot(template: molecules[m].template) ?? -1
    }
  }

  /// The slots of the own molecules, in their order.
  package var packedPerMoleculeData: [Int64] {
    guard let perMoleculeData else { return [] }
    let count = molecules.reduce(0) { $0 + perMoleculeData.words[Int($1.template)] }
    return [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var at = 0
      for molecule in molecules {
        let content = perMoleculeData.content(of: molecule)
        UnsafeMutableRawBufferPointer(rebasing: bytes[at..<(at + content.count)]).copyMemory(from: content)
        at += content.count
      }
      filled = count
    }
  }

  /// 8-byte words of data of all molecules of the cell.
  package var perMoleculeWordCount: Int {
    guard let perMoleculeData else { return 0 }
    return topology.templateOfMolecule.reduce(0) { $0 + perMoleculeData.words[Int($1)] }
  }
}
