import Foundation
import TestSupport
import Testing

/// The library products from outside: a package in another folder depends on them by a tag, as a user's would.
/// Dependencies by a tag, unlike those by a path, must not carry unsafe build flags.
@Suite(.serialized) struct LibraryProductTests {
  private static let version = "0.0.1-test"

  @Test func outsidePackageDependsOnTheProductsByTag() throws {
    let folder = try TemporaryFolder()
    let library = folder.file("paddlewheel")
    try tagWorkingTree(in: library)
    let examples = folder.file("examples")
    try FileManager.default.copyItem(atPath: Repository.path + "/Examples", toPath: examples)
    try? FileManager.default.removeItem(atPath: examples + "/.build")
    try run(
      "swift", ["build", "--package-path", examples],
      environment: ["PADDLEWHEEL_URL": "file://" + library, "PADDLEWHEEL_VERSION": Self.version])
    let programs = examples + "/.build/debug/"

    let analysis = try run(programs + "analysis-example")
    let numbers = analysis.split(whereSeparator: { " =".contains($0) }).compactMap { Double($0) }
    // D, the level, and the borders of the interval.
    try #require(numbers.count == 4, "\(analysis)")
    #expect(abs(numbers[0] / 0.6 - 1) < 0.15)
    #expect((numbers[2]...numbers[3]).contains(numbers[0]))

    let structure = folder.file("structure.cif")
    let crystal = try run(programs + "crystal-example", [structure])
    #expect(crystal.hasPrefix("Na16(BH4)16, "))
    #expect(crystal.contains("\nB–Na: "))
    #expect(try String(contentsOfFile: structure, encoding: .utf8).contains("_cell_length_a"))

    #expect(try run(programs + "relaxation-example").hasPrefix("T1 = "))

    let walk = try folder.file("walk.xyz", Self.walk())
    let trajectory = try run(programs + "trajectory-example", [walk])
    #expect(trajectory.hasPrefix("200 frames, one every 0.5 ps\nD = "))
    #expect(!trajectory.contains("nan"))
  }

  /// Twelve sodium ions that step by 1 Å along an axis at random, wrapped into a cell of 6 Å, and a chloride at rest.
  private static func walk() -> String {
    var state: UInt64 = 5
    func draw(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    var places = [[Int]](repeating: [0, 0, 0], count: 12)
    var lines: [String] = []
    for frame in 0..<200 {
      lines += [
        "13",
        "Lattice=\"6 0 0 0 6 0 0 0 6\" Properties=species:S:1:pos:R:3 time_fs=\(500 * frame) pbc=\"T T T\"",
        "Cl 3 3 3",
      ]
      for ion in places.indices {
        places[ion][draw(3)] += 2 * draw(2) - 1
        let wrapped = places[ion].map { (($0 % 6) + 6) % 6 }
        lines.append("Na " + wrapped.map { "\($0)" }.joined(separator: " "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A repository of the files as they are now, committed or not, with a tag.
  private func tagWorkingTree(in folder: String) throws {
    let git = ["--git-dir", folder + "/.git", "--work-tree", Repository.path]
    try run("git", ["init", "--quiet", folder])
    try run("git", git + ["add", "--", "Package.swift", "Sources", "Tests"])
    let author = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    try run("git", author + git + ["commit", "--quiet", "--message", "Files under test"])
    try run("git", git + ["tag", Self.version])
  }

  /// Runs a program and returns what it prints.
  @discardableResult private func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ProgramFailure(
        description: "\(program) ended with \(process.terminationStatus):\n\(text.suffix(4000))")
    }
    return text
  }
}

private struct ProgramFailure: Error, CustomStringConvertible {
  let description: String
}
