import Foundation
import TestSupport
import Testing

@testable import Trajectory
@testable import TrajectoryImport

/// Compressed files and pipes: read as the plain file is, or refused with the place.
@Suite(.needs(.python)) struct PackedFileTests {
  let folder: TemporaryFolder
  let plain: String
  private let text: String

  init() throws {
    folder = try TemporaryFolder()
    text = (0..<40).map { step in
      "ITEM: TIMESTEP\n\(10 * step)\nITEM: NUMBER OF ATOMS\n3\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"
        + "ITEM: ATOMS id element x y z\n"
        + (1...3).map { "\($0) Na 1.\(step) \($0).25 \(Double((7 * step + $0) % 9))\n" }.joined()
    }.joined()
    plain = try folder.file("x.dump", text)
  }

  private func frames(_ path: String) throws -> [[Double]] {
    var hints = ImportHints()
    hints.timestep_ps = 0.001
    let run = try ImportedRun([path], format: nil, hints: hints)
    var frames: [[Double]] = []
    while let frame = try run.next() { frames.append(frame.positions.flatMap { [$0.x, $0.y, $0.z] }) }
    return frames
  }

  private func message(_ path: String) -> String {
    do {
      _ = try frames(path)
      return "no error"
    } catch { return "\(error)" }
  }

  /// Python's writers of each format; the name says nothing.
  private func pack(_ format: String, _ kind: String = "one") throws -> String {
    let path = folder.file("packed-\(format)-\(kind)")
    _ = try Python.run(
      """
      import sys, gzip, bz2, lzma, zstandard
      source, target, name, kind = sys.argv[1:5]
      data = open(source, "rb").read()
      pack = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lambda d: lzma.compress(d, check=lzma.CHECK_CRC32),
        "zstd": lambda d: zstandard.ZstdCompressor(write_checksum=True).compress(d)}[name]
      half = len(data) // 2
      packed = pack(data[:half]) + pack(data[half:]) if kind == "two" else pack(data)
      if kind == "cut": packed = packed[:len(packed) * 2 // 3]
      if kind == "damaged":
        packed = bytearray(packed)
        for k in range(len(packed) // 2, len(packed) // 2 + 20): packed[k] ^= 0x5A
      if kind == "followed": packed = packed + b"no stream"
      open(target, "wb").write(packed)
      """, [plain, path, format, kind])
    return path
  }

  private static let formats = ["gzip", "zstd", "xz", "bzip2"]

  /// Also several streams one after the other, as pigz, pbzip2 and cat make them.
  @Test(arguments: formats, ["one", "two"]) func readsAsThePlainFile(format: String, kind: String) throws {
    #expect(try frames(pack(format, kind)) == frames(plain))
    #expect(try frames(plain).count == 40)
  }

  @Test(arguments: formats, ["cut", "damaged", "followed"]) func damageIsRefusedWithThePlace(
    format: String, kind: String
  ) throws {
    let path = try pack(format, kind)
    let text = message(path)
    #expect(text.hasPrefix("\(path), byte "), "\(text)")
    if kind == "cut" { #expect(text.contains("ends too early"), "\(text)") }
  }

  /// A pipe has no size and is read only once.
  @Test(arguments: ["plain", "gzip"]) func namedPipe(kind: String) throws {
    let source = try kind == "plain" ? plain : pack("gzip")
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    // Small pieces, with a pause after the first: no reader may take a pause for the end.
    writer.arguments = [
      "-c", "exec > \"$1\"; head -c 1000 \"$0\"; sleep 0.2; tail -c +1001 \"$0\"", source, pipe,
    ]
    try writer.run()
    #expect(try frames(pipe) == frames(plain))
    writer.waitUntilExit()
  }

  /// Two pipes of one run, as two `<(…)` are.
  @Test func pipesAreJoined() throws {
    let lines = text.components(separatedBy: "ITEM: TIMESTEP").dropFirst().map { "ITEM: TIMESTEP" + $0 }
    let halves = try [lines[..<20], lines[20...]].enumerated().map {
      try folder.file("half\($0)", $1.joined())
    }
    let pipes = ["p0", "p1"].map(folder.file)
    let writers = try zip(halves, pipes).map { half, pipe in
      #expect(mkfifo(pipe, 0o600) == 0)
      let writer = Process()
      writer.executableURL = URL(fileURLWithPath: "/bin/sh")
      writer.arguments = ["-c", "cat \"$0\" > \"$1\"", half, pipe]
      try writer.run()
      return writer
    }
    var hints = ImportHints()
    hints.timestep_ps = 0.001
    let run = try ImportedRun(pipes, format: nil, hints: hints)
    var count = 0
    while try run.next() != nil { count += 1 }
    #expect(count == 40)
    for writer in writers { writer.waitUntilExit() }
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(message("/dev/zero").contains("found a device"))
    #expect(message(folder.path).contains("found a directory"))
    #expect(message(try folder.file("empty", "")).contains("found an empty file"))
  }

  /// The copy of a pipe does not stay.
  @Test func copiesAreRemoved() throws {
    let pipe = folder.file("pipe")
    let place = folder.file("spool")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    writer.arguments = ["-c", "cat \"$0\" > \"$1\"", plain, pipe]
    try writer.run()
    do {
      let spool = SpooledInputs(folder: place)
      let copy = try spool.path(of: pipe)
      #expect(try String(contentsOfFile: copy, encoding: .utf8) == text)
      #expect(try spool.path(of: pipe) == copy)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
  }
}
