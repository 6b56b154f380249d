import Analysis
import Crystal
import Manifest
import Mathematics
import Mechanism
import Trajectory

/// The mobile ions and anions of a run, frame by frame at the steps at which both were recorded: where they are at the
/// instant and, where the cell changes, their places in the mean cell. Places in the mean cell, and all positions in a
/// fixed cell, are relative to the drift reference.
struct RunFrames {
  let system: IonSystem
  private let record: RunRecord
  private let cell: CellSummary
  private let drift: DriftBodies
  private let mobileFrames: [Int]
  private let anionFrames: [Int]
  private let anionNames: [String]
  private let progress: ReadingProgress?

  /// Maximum number of values of one group in memory at a time.
  private static let windowValues = 12_000_000

  /// - Returns: nil for fewer than two common frames.
  /// - Throws: what reading throws.
  init?(
    _ record: RunRecord, _ run: RunSpecification, cell: CellSummary, drift: DriftBodies,
    progress: ReadingProgress? = nil
  ) throws {
    self.record = record
    self.cell = cell
    self.progress = progress
    self.drift = drift
    let hasAnions = record.plan.group("anions") != nil
    let mobile = try record.steps(of: "mobile")
    let anions = hasAnions ? try record.steps(of: "anions") : mobile
    let frameOfMobile = Dictionary(uniqueKeysWithValues: mobile.enumerated().map { ($1, $0) })
    let frameOfAnions = Dictionary(uniqueKeysWithValues: anions.enumerated().map { ($1, $0) })
    let steps = RunReader.even(mobile.filter { frameOfAnions[$0] != nil })
    guard steps.count >= 2 else { return nil }
    mobileFrames = steps.compactMap { frameOfMobile[$0] }
    anionFrames = steps.compactMap { frameOfAnions[$0] }
    var names: [String] = []
    if hasAnions {
      for block in try record.usableBlocks(of: "anions") {
        names += try record.species(of: "anions", block: block)
      }
    }
    anionNames = names
    let kinds = try AnionGeometry.kinds(names, record: record, manifest: run.manifest)
    let cations = try record.usableBlocks(of: "mobile").reduce(0) {
      $0 + (record.plan.group("mobile")?.blockSizes[$1] ?? 0)
    }
    let first = try record.usableBlocks(of: "mobile").first
    system = IonSystem(
      mobile: try first.map { try record.species(of: "mobile", block: $0).first ?? "" } ?? "",
      cationCount: cations, kinds: kinds,
      kindOfAnion: names.map { name in kinds.firstIndex { $0.name == name } ?? 0 },
      frameCount: steps.count,
      frameInterval_ps: Double(steps[1] - steps[0]) * record.plan.timestep_ps)
  }

  /// Calls `body` with every frame in order, and rethrows its errors. Memory holds a window of frames.
  func forEach(_ body: (IonFrame) throws -> Void) throws {
    let members = max(system.cationCount, system.kindOfAnion.count, 1)
    // Whole chunks of the file where memory allows.
    let window = max(16, min(512, Self.windowValues / (4 * members) / 64 * 64))
    var basis = LatticeBasis(continuing: cell.first)
    var start: Vector3?
    let masses = drift.groups.contains("anions") ? anionNames.map(drift.mass_amu) : []
    let cationMass = drift.groups.contains("mobile") ? drift.mass_amu(of: system.mobile) : 0
    for first in stride(from: 0, to: mobileFrames.count, by: window) {
      let range = first..<min(first + window, mobileFrames.count)
      let firstFrame = mobileFrames[range.lowerBound]
      let cells = try record.cells(
        of: "mobile", frames: firstFrame..<(mobileFrames[range.upperBound - 1] + 1))
      let ions = try read("mobile", mobileFrames[range], width: 3)
      let hasAnions = !anionNames.isEmpty
      let bodies = hasAnions ? try read("anions", anionFrames[range], width: 3) : []
      let turns = hasAnions ? try read("anions", anionFrames[range], width: 4) : []
      for (offset, index) in range.enumerated() {
        var frame = IonFrame(
          index: index, cell: basis.advance(cells[mobileFrames[index] - firstFrame]),
          cations: Self.vectors(ions, offset, system.cationCount),
          anions: hasAnions ? Self.vectors(bodies, offset, anionNames.count) : [],
          orientations: hasAnions ? Self.quaternions(turns, offset, anionNames.count) : [])
        if cell.changes {
          let map = cell.mean.deformation(from: frame.cell)
          var averaged = IonFrame.Averaged(
            cell: cell.mean, cations: frame.cations.map { map * $0 }, anions: frame.anions.map { map * $0 })
          removeDrift(
            &averaged.cations, &averaged.anions, from: &start, masses: masses, cationMass: cationMass)
          frame.averaged = averaged
        } else {
          removeDrift(&frame.cations, &frame.anions, from: &start, masses: masses, cationMass: cationMass)
        }
        try body(frame)
      }
    }
  }

  private func removeDrift(
    _ cations: inout [Vector3], _ anions: inout [Vector3], from start: inout Vector3?, masses: [Double],
    cationMass: Double
  ) {
    var moment = Vector3.zero
    var mass = 0.0
    for (r, m) in zip(anions, masses) where m > 0 {
      moment += r * m
      mass += m
    }
    if cationMass > 0 {
      for r in cations { moment += r * cationMass }
      mass += cationMass * Double(cations.count)
    }
    guard mass > 0 else { return }
    let centre = moment / mass
    guard let begun = start else {
      start = centre
      return
    }
    let drift = centre - begun
    for i in cations.indices { cations[i] -= drift }
    for i in anions.indices { anions[i] -= drift }
  }

  /// `[frame][member][width]` of these records, the blocks side by side.
  private func read(_ group: String, _ frames: ArraySlice<Int>, width: Int) throws -> [Float] {
    guard let first = frames.first, let last = frames.last else { return [] }
    let blocks = try record.usableBlocks(of: group)
    let sizes = blocks.map { record.plan.group(group)?.blockSizes[$0] ?? 0 }
    let total = sizes.reduce(0, +)
    var result = [Float](repeating: .nan, count: frames.count * total * width)
    var before = 0
    for (block, size) in zip(blocks, sizes) {
      let values =
        width == 3
        ? try record.readPositions(group: group, block: block, members: 0..<size, frames: first..<(last + 1))
        : try record.readOrientations(
          group: group, block: block, members: 0..<size, frames: first..<(last + 1))
      progress?.add(bytes: values.count * MemoryLayout<Float>.size)
      for (offset, frame) in frames.enumerated() {
        let from = (frame - first) * size * width
        let to = (offset * total + before) * width
        for k in 0..<(size * width) { result[to + k] = values[from + k] }
      }
      before += size
    }
    return result
  }

  private static func vectors(_ values: [Float], _ frame: Int, _ count: Int) -> [Vector3] {
    (0..<count).map { i in
      let at = 3 * (frame * count + i)
      return [Double(values[at]), Double(values[at + 1]), Double(values[at + 2])]
    }
  }

  private static func quaternions(_ values: [Float], _ frame: Int, _ count: Int) -> [SIMD4<Double>] {
    (0..<count).map { i in
      let at = 4 * (frame * count + i)
      let q = SIMD4(
        Double(values[at]), Double(values[at + 1]), Double(values[at + 2]), Double(values[at + 3]))
      // Single precision gives a length that is off by 1e-7, which would show in angles near 0.
      return q / (q * q).sum().squareRoot()
    }
  }
}
