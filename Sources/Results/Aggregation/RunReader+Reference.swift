import Analysis

extension RunReader {
  /// The displacement of the centre of mass of the drift bodies, `[frame][3]`, Å; nil for none. In a cell that
  /// changes, of its fractional coordinates times the mean cell, as for the ions.
  /// - Throws: ``Exclusion`` for groups recorded at different steps; what reading throws.
  func reference(_ drift: DriftBodies, at steps: [Int]) throws -> [Double]? {
    var path: ReferencePath?
    var pathSteps: [Int] = []
    for group in drift.groups {
      // Anions may be recorded at other steps than ions: interpolated linearly in between.
      if path == nil {
        pathSteps = try record.steps(of: group)
        path = try ReferencePath(frameCount: pathSteps.count)
      }
      guard try record.steps(of: group) == pathSteps else {
        throw Exclusion(reasons: ["drift: all needs anions and ions recorded at the same steps"])
      }
      var masses: [Int: [Double]] = [:]
      for block in try record.usableBlocks(of: group) {
        masses[block] = try record.species(of: group, block: block).map(drift.mass_amu)
      }
      if cell.changes {
        try eachPart(of: group, frames: pathSteps.count) { paths, _, part in
          let masses = Array((masses[part.block] ?? [])[part.members])
          try path?.add(paths: UnsafeBufferPointer(paths), masses_amu: masses)
        }
      } else {
        for block in try record.usableBlocks(of: group) {
          let masses = masses[block] ?? []
          try eachRecords(of: group, block: block, frames: pathSteps.count) { positions, frames in
            try path?.add(positions, masses_amu: masses, frames: frames)
          }
        }
      }
    }
    guard let path else { return nil }
    return Self.interpolate(try path.finish(), from: pathSteps, at: steps)
  }

  /// Reads a block's members, some records at a time.
  private func eachRecords(
    of group: String, block: Int, frames: Int, _ body: (UnsafeBufferPointer<Float>, Range<Int>) throws -> Void
  ) throws {
    let size = record.plan.group(group)?.blockSizes[block] ?? 0
    guard size > 0 else { return }
    let height = try record.recordChunk(of: group, block: block)
    let fitting = budget.pathBytes / (3 * MemoryLayout<Float>.size * size)
    let slab = max(1, fitting / height) * height
    let positions = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * size * min(slab, frames))
    defer { positions.deallocate() }
    for first in stride(from: 0, to: frames, by: slab) {
      let range = first..<min(first + slab, frames)
      let part = UnsafeMutableBufferPointer(rebasing: positions[..<(3 * size * range.count)])
      try record.readRecords(group: group, block: block, frames: range, threads: budget.threads, into: part)
      progress?.add(bytes: part.count * MemoryLayout<Float>.size)
      try body(UnsafeBufferPointer(part), range)
    }
  }

  private static func interpolate(_ path: [Double], from old: [Int], at new: [Int]) -> [Double] {
    guard old != new, old.count > 1 else { return path }
    var k = 0
    return new.flatMap { step -> [Double] in
      while k + 2 < old.count && old[k + 1] < step { k += 1 }
      let share = Double(step - old[k]) / Double(old[k + 1] - old[k])
      return (0..<3).map { path[3 * k + $0] + share * (path[3 * k + 3 + $0] - path[3 * k + $0]) }
    }
  }
}
