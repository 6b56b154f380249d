import Analysis
import Crystal
import Manifest
import Mathematics
import Mechanism
import Trajectory

/// The ions of one diffusing species and the framework of a run, frame by frame at the steps at which both were recorded:
/// where they are at the instant and, where the cell changes, their places in the mean cell. Places in the mean cell, and
/// all positions in a fixed cell, are relative to the drift reference.
///
/// The framework is the recorded anions at rest, or the other ions at rest where there are none.
struct RunFrames {
  let system: IonSystem
  private let record: RunRecord
  private let cell: CellSummary
  /// Says what stands in for anions at rest.
  let warning: Warning?
  /// Group of the mobile ions.
  private let group: String
  /// Group of the framework; nil where nothing is at rest.
  private let hosts: String?
  /// The path of the drift reference, `[record of the mobile ions][3]`, Å; nil for none.
  private let reference: [Double]?
  private let mobileFrames: [Int]
  private let anionFrames: [Int]
  private let anionNames: [String]
  private let progress: ReadingProgress?

  /// Maximum number of values of one group in memory at a time.
  private static let windowValues = 12_000_000

  /// - Parameter reference: the path of the drift reference at all records of the mobile ions; nil for none.
  /// - Returns: nil for fewer than two common frames.
  /// - Throws: what reading throws.
  init?(
    _ record: RunRecord, _ run: RunSpecification, species: RunReader.Species, cell: CellSummary,
    reference: [Double]?, progress: ReadingProgress? = nil
  ) throws {
    self.record = record
    self.cell = cell
    self.progress = progress
    self.reference = reference
    group = species.group
    hosts = [IonGroups.framework, IonGroups.others].first { record.plan.group($0)?.memberCount ?? 0 > 0 }
    let mobile = try record.steps(of: group)
    let anions = try hosts.map { try record.steps(of: $0) } ?? mobile
    let frameOfMobile = Dictionary(uniqueKeysWithValues: mobile.enumerated().map { ($1, $0) })
    let frameOfAnions = Dictionary(uniqueKeysWithValues: anions.enumerated().map { ($1, $0) })
    let steps = RunReader.even(mobile.filter { frameOfAnions[$0] != nil })
    guard steps.count >= 2 else { return nil }
    mobileFrames = steps.compactMap { frameOfMobile[$0] }
    anionFrames = steps.compactMap { frameOfAnions[$0] }
    var names: [String] = []
    if let hosts {
      for block in try record.usableBlocks(of: hosts) { names += try record.species(of: hosts, block: block) }
    }
    anionNames = names
    let kinds =
      try hosts.map {
        try AnionGeometry.kinds(names, of: $0, record: record, manifest: run.manifest)
      } ?? []
    warning =
      hosts == nil
      ? .noFramework
      : hosts == IonGroups.others ? .frameworkWithoutAnions(ions: Set(names).sorted()) : nil
    let group = group
    let cations = try record.usableBlocks(of: group).reduce(0) {
      $0 + (record.plan.group(group)?.blockSizes[$1] ?? 0)
    }
    system = IonSystem(
      mobile: species.name, cationCount: cations, kinds: kinds,
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
    let start = drift(at: 0)
    for first in stride(from: 0, to: mobileFrames.count, by: window) {
      let range = first..<min(first + window, mobileFrames.count)
      let firstFrame = mobileFrames[range.lowerBound]
      let cells = try record.cells(
        of: group, frames: firstFrame..<(mobileFrames[range.upperBound - 1] + 1))
      let ions = try read(group, mobileFrames[range], width: 3)
      let hasAnions = !anionNames.isEmpty
      let bodies = try hosts.map { try read($0, anionFrames[range], width: 3) } ?? []
      let turns = try hosts.map { try read($0, anionFrames[range], width: 4) } ?? []
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
          remove(drift(at: index) - start, from: &averaged.cations, &averaged.anions)
          frame.averaged = averaged
        } else {
          remove(drift(at: index) - start, from: &frame.cations, &frame.anions)
        }
        try body(frame)
      }
    }
  }

  /// Where the drift reference is in a frame, Å.
  private func drift(at frame: Int) -> Vector3 {
    let at = 3 * mobileFrames[frame]
    guard let reference, at + 2 < reference.count else { return .zero }
    return [reference[at], reference[at + 1], reference[at + 2]]
  }

  private func remove(_ drift: Vector3, from cations: inout [Vector3], _ anions: inout [Vector3]) {
    guard reference != nil else { return }
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
