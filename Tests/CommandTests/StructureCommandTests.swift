import Crystal
import Foundation
import Testing

/// `paddlewheel structure`, through the real program.
struct StructureCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func structure(_ arguments: String...) throws -> CommandResult {
    try paddlewheel(["structure"] + arguments, in: folder.path)
  }

  private func object(_ result: CommandResult) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test func buildWritesTheStructure() throws {
    let result = try structure(
      "build", "na2b12h12-bcc", "--supercell", "1,1,0,-1,1,0,0,0,2", "--seed", "5", "--output", "a.extxyz")
    #expect(result.exitCode == 0)
    #expect(result.output == "")
    #expect(result.errors.contains("wrote a.extxyz: Na16(B12H12)8, 208 atoms"))
    let read = try ExtXYZ(contentsOf: URL(fileURLWithPath: "\(folder.path)/a.extxyz")).structure
    let matrix = try SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]])
    #expect(try read == buildStructure(named: "na2b12h12-bcc", supercell: matrix, seed: 5))
  }

  @Test func buildSaysTheTrueComposition() throws {
    let result = try structure(
      "build", "na3obh4-family", "--supercell", "3,3,3", "--composition", "0.5", "--output", "a.extxyz")
    #expect(result.exitCode == 0)
    #expect(result.errors.contains("Na67(BH4)27(NH2)14O13 (x = 0.5185), 257 atoms"))
  }

  /// Conversion keeps every number, and both are described alike; the built-in name adds facts but changes
  /// none.
  @Test func convertAndDescribeAgree() throws {
    #expect(try structure("build", "o-nbh", "--output", "a.extxyz").exitCode == 0)
    #expect(try structure("convert", "a.extxyz", "b.extxyz").exitCode == 0)
    let file = try structure("describe", "b.extxyz", "--json")
    let name = try structure("describe", "o-nbh", "--json")
    #expect(file.exitCode == 0 && name.exitCode == 0)
    let (ofFile, ofName) = (try object(file), try object(name))
    for key in ["formula", "cell_formula", "atoms", "charge", "space_groups", "molecules"] {
      #expect("\(ofFile[key] ?? "none")".sorted() == "\(ofName[key] ?? "missing")".sorted(), "\(key)")
    }
    #expect(ofFile["formula"] as? String == "Na3(B12H12)(BH4)")
    #expect(ofFile["name"] is NSNull)
    #expect(ofName["name"] as? String == "o-nbh")
    #expect((ofName["constructed"] as? [String])?.count == 3)
    // 96 Na in the paper's 2×2×2 cell of 8 · 8.0083 · 21.881 · 7.7672 Å^3.
    let sodium = try #require((ofFile["cations"] as? [[String: Any]])?.first)
    let density = try #require(sodium["number_density_per_A3"] as? Double)
    #expect(abs(density / (96 / (8 * 8.0083 * 21.881 * 7.7672)) - 1) < 1e-6)
  }

  @Test func filesHaveSupercellsToo() throws {
    #expect(try structure("build", "k2b12h12", "--output", "a.extxyz").exitCode == 0)
    #expect(try structure("convert", "a.extxyz", "b.extxyz", "--supercell", "1,2,1").exitCode == 0)
    let one = try object(structure("describe", "a.extxyz", "--supercell", "1,2,1", "--json"))
    let two = try object(structure("describe", "b.extxyz", "--json"))
    #expect(one["atoms"] as? Int == 208)
    #expect(NSDictionary(dictionary: one) == NSDictionary(dictionary: two))
  }

  @Test func describePrintsATable() throws {
    let result = try structure("describe", "k2b12h12")
    #expect(result.exitCode == 0)
    #expect(result.errors == "")
    for text in [
      "K2B12H12 (K8(B12H12)4, 104 atoms)", "10.7100, 10.7100, 10.7100 Å", "Fm-3 (202) of the atoms",
      "K density", "g/cm³", "K–K 5.355",
    ] { #expect(result.output.contains(text), "\(text)") }
  }

  @Test func toleranceDecidesTheGroup() throws {
    func group(_ tolerance: String) throws -> Int? {
      let result = try structure("describe", "o-nbh", "--tolerance", tolerance, "--json")
      let groups = try object(result)["space_groups"]
      return ((groups as? [String: Any])?["atoms"] as? [String: Any])?["number"] as? Int
    }
    #expect(try group("0.001") == 1)
    #expect(try group("0.01") == 4)
  }

  @Test(arguments: [
    ["structure"], ["structure", "frobnicate"], ["structure", "build", "k2b12h12"],
    ["structure", "build", "nothing", "--output", "a.extxyz"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--supercell", "3,3"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--supercell", "3,3,0"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--supercell", "3,3,x"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--supercell", "99999,99999,99999"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--composition", "0.5"],
    ["structure", "build", "na3obh4-family", "--output", "a.extxyz", "--composition", "1.5"],
    ["structure", "build", "na3obh4-family", "--output", "a.extxyz", "--composition", "-0.5"],
    ["structure", "build", "na3obh4-family", "--output", "a.extxyz", "--composition", "nan"],
    ["structure", "build", "na3obh4-family", "--output", "a.extxyz", "--composition", "half"],
    ["structure", "build", "k2b12h12", "--output", "a.extxyz", "--seed", "-1"],
    ["structure", "build", "k2b12h12", "--output", "a.unknown"],
    ["structure", "describe", "nothing"], ["structure", "describe", "nothing.extxyz"],
    ["structure", "describe", "small.yaml"], ["structure", "describe", "k2b12h12", "--tolerance", "0"],
    ["structure", "describe", "./nothing.extxyz", "--composition", "0.5"],
    ["structure", "convert", "nothing.extxyz", "a.extxyz"], ["structure", "convert", "a.extxyz"],
  ])
  func badUsageEndsWithTwo(_ arguments: [String]) throws {
    let result = try paddlewheel(arguments, in: folder.path)
    #expect(result.exitCode == 2, "\(result.errors)")
    #expect(result.output == "")
    #expect(!result.errors.isEmpty)
    #expect(try contents(folder.path) == [])
  }

  @Test func aFileThatCannotBeWrittenEndsWithOne() throws {
    let result = try structure("build", "nabh4", "--output", "no/such/folder/a.extxyz")
    #expect(result.exitCode == 1)
    #expect(result.errors.contains("no/such/folder/a.extxyz"))
  }
}

/// A composition in the manifest.
struct CompositionPlanTests {
  private func manifest(_ system: String, _ sweep: String) -> String {
    "system: \(system)\nstages: {sample: 2 ps}\nsweep: {temperature: [500 K], \(sweep)}\n"
  }

  /// 27 formula units allow x in steps of 1/27; the plan shows both.
  @Test func planShowsTheTrueComposition() throws {
    let folder = try Folder()
    let text = manifest(
      "{structure: na3obh4-family, supercell: [3, 3, 3]}", "system.composition: [0, 0.2, 0.5, 0.75, 1]")
    try folder.write(text, to: "a.yaml")
    let result = try paddlewheel("plan", "a.yaml", "--json", in: folder.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let runs = try #require(object?["runs"] as? [[String: Any]])
    let counts = [0, 5, 14, 20, 27]
    for (run, k) in zip(runs, counts) {
      #expect(abs(try #require(run["composition"] as? Double) - Double(k) / 27) < 1e-12)
      // Of 9 in each of 27 formulas, one Na and one O less and one NH2 more in k of them.
      #expect(run["atoms"] as? Int == 243 + k)
    }
    let table = try paddlewheel("plan", "a.yaml", in: folder.path).output.split(separator: "\n")
    let heading = ["run", "system.composition", "temperature", "replica", "x", "atoms"]
    #expect(table[0].split(separator: " ").map(String.init).prefix(6) == heading[...])
    #expect(table[3].split(separator: " ").contains("0.5185"))
  }

  @Test(arguments: [
    ("{structure: k2b12h12, composition: 0.5}", "a.yaml:1:", "k2b12h12 has none"),
    ("{structure: na3obh4-family, composition: 1.5}", "a.yaml:1:", "from 0 to 1"),
  ])
  func badCompositionEndsWithTwo(_ system: String, _ place: String, _ message: String) throws {
    let folder = try Folder()
    try folder.write(manifest(system, "replica: 1"), to: "a.yaml")
    let result = try paddlewheel("plan", "a.yaml", in: folder.path)
    #expect(result.exitCode == 2)
    #expect(result.errors.contains(place) && result.errors.contains(message), "\(result.errors)")
  }
}
