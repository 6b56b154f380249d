import Foundation
import TestSupport
import Testing

@testable import Exchange
@testable import Manifest

/// An import rejects files that it can't use, says where and which option helps, and leaves nothing behind.
@Suite struct ImportRefusalTests {
  let folder: TemporaryFolder
  let good: String

  init() throws {
    folder = try TemporaryFolder()
    good = try folder.file("good.dump", SyntheticSalt(frames: 4, seed: 1).dump(.wrapped))
  }

  private func message(
    _ files: [String], mobile: String = "Na", _ change: (inout ImportRequest.Options) -> Void = { _ in }
  ) throws -> String {
    let text = try refusal { _ = try importing(files, into: "s", folder, mobile: mobile, change) }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0 == "s" || $0.contains("importing") }, "\(left)")
    return text
  }

  @Test func whatIsMissingIsAskedFor() throws {
    let text = try message([good]) { $0.temperature = nil }
    #expect(text.contains(good) && text.contains("as --temperature \"600 K\""), "\(text)")
    #expect(try message([good]) { $0.timestep = nil }.contains("as --timestep \"1 fs\""))
    let types = try folder.file(
      "types", SyntheticSalt(frames: 2, seed: 1).dump(.wrapped).replacing("ATOMS element", with: "ATOMS type")
    )
    #expect(try message([types]).contains("as --elements \"1=Na,2=B,3=H\""))
    let plain = try folder.file(
      "a.xyz", "1\nLattice=\"9 0 0 0 9 0 0 0 9\"\nNa 0 0 0\n1\nLattice=\"9 0 0 0 9 0 0 0 9\"\nNa 0 0 0\n")
    #expect(try message([plain]) { $0.timestep = nil }.contains("as --frame-interval \"100 fs\""))
  }

  @Test func optionsThatMeanNothing() throws {
    #expect(
      try message([good, good]) { $0.temperature = "1 K,2 K,3 K" }.contains("3 temperatures for 2 runs"))
    #expect(try message([good]) { $0.temperature = "600" }.contains("--temperature: found '600'"))
    #expect(try message([good]) { $0.timestep = "0 fs" }.contains("--timestep"))
    #expect(try message([good]) { $0.masses = "Q=3" }.contains("--masses: found 'Q=3'"))
    #expect(try message([good]) { $0.elements = "1=Na,B*3" }.contains("--elements"))
    #expect(try message([good]) { $0.units = "lj" }.contains("--units"))
    #expect(try message([good]) { $0.format = "trr" }.contains("lammps-dump"))
    #expect(try message([good], mobile: "Xx").contains("--mobile"))
    #expect(
      try message([good], mobile: "K").contains(
        "found 'K', wanted one of the ions that the first frame holds: BH4, Na"))
    #expect(try message([folder.file("none")]).contains("no such file"))
    #expect(try message(["\(good)++\(good)"]).contains("joined by +"))
  }

  /// The same data twice, under another name: no independent runs.
  @Test func sameContentIsTold() throws {
    let copy = try folder.file("copy.dump", try String(contentsOfFile: good, encoding: .utf8))
    let other = try folder.file("other.dump", SyntheticSalt(frames: 4, seed: 2).dump(.wrapped))
    func told(_ files: [String], _ name: String) throws -> Bool {
      try importing(files, into: name, folder).warnings.contains { $0.contains("no independent runs") }
    }
    #expect(try told([good, copy], "twice"))
    #expect(try told([good, good], "same"))
    #expect(try !told([good, other], "apart"))
  }

  /// A cell in nm around positions in Å, and positions in nm.
  @Test func lengthsOfAnotherUnitAreTold() throws {
    func xyz(_ name: String, spacing: Double) throws -> String {
      try folder.file(
        name,
        (0..<3).map { frame in
          "8\n\n"
            + (0..<8).map { atom in
              let place = [atom & 1, atom >> 1 & 1, atom >> 2].map {
                (Double($0) + 0.01 * Double(frame)) * spacing
              }
              return "Na \(place[0]) \(place[1]) \(place[2])\n"
            }.joined()
        }.joined())
    }
    func told(_ spacing: Double, _ cell: String) throws -> Bool {
      let name = "spacing-\(spacing)-\(cell.count)"
      return try importing([try xyz(name + ".xyz", spacing: spacing)], into: name, folder) {
        $0.timestep = nil
        $0.frameInterval = "100 fs"
        $0.cell = cell
      }.warnings.contains { $0.contains("in Å?") }
    }
    #expect(try !told(4, "8 8 8"))
    #expect(try told(0.4, "1.6 1.6 1.6"))
    #expect(try told(0.4, "8 8 8"))
  }

  @Test func otherCompositionsAreRefused() throws {
    let other = try folder.file("other", SyntheticSalt(frames: 4, seed: 1, ions: 7).dump(.wrapped))
    // The same formula in a smaller cell may be from another temperature; it is not a replica.
    let text = try message([good, other])
    #expect(text.contains(other) && text.contains("a cell as large as"), "\(text)")
    let salt = SyntheticSalt(frames: 4, seed: 1).dump(.wrapped)
    let mixed = try folder.file("mixed", salt.replacing(/Na (.*) 1\n/) { "K \($0.1) 1\n" })
    #expect(try message([good, mixed]) { $0.temperature = "600 K,700 K" }.contains("the formula of \(good)"))
  }

  /// Frames so far apart that the direction of ions' displacements is ambiguous.
  @Test func framesTooFarApart() throws {
    let salt = SyntheticSalt(frames: 100, seed: 1, diffusivity_A2_per_ps: 40)
    let sparse = try folder.file("sparse", salt.dump(.wrapped))
    let message = try message([sparse])
    #expect(message.contains("near half a cell") && message.contains("xu yu zu"), "\(message)")
    _ = try importing([sparse], into: "t", folder) { $0.isUnwrapped = true }
  }

  @Test func aDirectoryWithSomethingIsLeftAlone() throws {
    let path = folder.file("full")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/mine"))
    let text = try refusal { _ = try importing([good], into: "full", folder) }
    #expect(text.contains("a directory with 'mine'"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["mine"])
  }

  @Test func manifestsThatMixImportWithSimulation() throws {
    let study = try importing([good], into: "t", folder).study
    let yaml = study.plan.resolvedYAML
    for extra in ["seed: 3\n", "stages: {sample: 1 ps}\n", "system: {structure: nabh4}\n"] {
      #expect(try refusal { _ = try StudyPlan(yaml: yaml + extra, file: "f") }.contains("beside import"))
    }
    #expect(
      try refusal { _ = try StudyPlan(yaml: "study: x\nimport: {runs: []}\n", file: "f") }.contains("import"))
  }
}
