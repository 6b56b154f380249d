import Crystal
import Mathematics
import Trajectory

/// Reads VASP's `vasprun.xml` as a stream: one frame for each ionic step, its time from POTIM in a run of molecular dynamics.
/// What a running or killed job has written up to now is read.
final class VasprunReader: TrajectoryReader {
  let path: String
  private(set) var atoms = ImportedAtoms(ids: [], elements: [])
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let document: VasprunDocument
  private let source: TrajectoryBytes
  private let buffer: UnsafeMutableRawBufferPointer
  private var isAtEnd = false
  private var frames = 0

  /// - Throws: `TrajectoryProblem` for a file that can't be read or holds no ionic step.
  init(_ path: String, name: String, hints: ImportHints) throws {
    self.path = name
    document = try VasprunDocument(name)
    source = try TrajectoryBytes(path, name: name)
    buffer = .allocate(byteCount: 1 << 16, alignment: 16)
    guard try fill() else {
      throw TrajectoryProblem(
        file: name, line: document.line, found: "no whole ionic step", wanted: "at least one")
    }
    let content = document.content
    guard !content.atoms.isEmpty else {
      throw TrajectoryProblem(file: name, line: document.line, found: "no atominfo", wanted: "the atoms")
    }
    let masses = content.masses
    let named = try NamedAtoms(
      content.atoms.map { AtomLabel(name: $0.name, type: $0.type, mass: masses[$0.type]) }, hints, file: name
    ) {
      TrajectoryProblem(file: name, place: "atominfo", found: $0, wanted: $1)
    }
    warnings += named.notes
    atoms = named.atoms(ids: Array(1...content.atoms.count))
  }

  deinit { buffer.deallocate() }

  /// Reads on until a frame waits.
  /// - Returns: false at the end.
  private func fill() throws -> Bool {
    while document.content.frames.isEmpty {
      guard !isAtEnd else { return false }
      let count = try source.read(into: buffer)
      isAtEnd = count == 0
      if try document.parse(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), isLast: isAtEnd)
        == false
      {
        warnings.append(
          "\(path): the file ends before its end tag, in line \(document.line): "
            + "what was written of ionic step \(document.content.count + 1) is left out")
      }
    }
    return true
  }

  func read(into frame: inout ImportedFrame) throws -> Bool {
    guard let stamp = try skim(), let last = document.content.last else { return false }
    frame.step = stamp.step
    frame.time_ps = stamp.time_ps
    let fail = { (found: String, wanted: String) in
      TrajectoryProblem(file: self.path, place: "ionic step \(self.frames)", found: found, wanted: wanted)
    }
    guard last.positions.count == atoms.ids.count else {
      throw fail("\(last.positions.count) positions", "\(atoms.ids.count), as atominfo says")
    }
    frame.cell = try importedCell(last.basis, fail: fail)
    frame.positions = last.positions.map { frame.cell.cartesian($0) }
    frame.isUnwrapped = false
    return true
  }

  func skim() throws -> FrameStamp? {
    guard try fill() else { return nil }
    document.takeFirst()
    defer { frames += 1 }
    let content = document.content
    guard content.isDynamics, let potim = content.potim_fs, potim > 0 else { return FrameStamp(step: frames) }
    return FrameStamp(
      step: frames * content.stepsPerOutput, time_ps: Double(frames * content.stepsPerOutput) * potim * 1e-3)
  }
}
