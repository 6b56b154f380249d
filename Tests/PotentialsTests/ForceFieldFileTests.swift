import Foundation
import Model
import Testing

struct ForceFieldFileTests {
  @Test func builtInIsFound() throws {
    let file = try ForceFieldFile.load(ForceFieldFile.builtInName)
    #expect(file.name == "paddlewheel-ff")
    #expect(file.short_range_cutoff_A == 9)
  }

  @Test func absentFileIsNamed() {
    expectMessage("/no/such/file.json") { try ForceFieldFile.load("/no/such/file.json") }
  }

  @Test func textThatIsNoJSONIsRefused() throws {
    try withChanged({ _ in "{" }) { path in expectMessage(path) { try ForceFieldFile.load(path) } }
  }

  @Test func missingKeyIsNamed() throws {
    try withChanged({ $0.replacing("\"short_range_cutoff_A\"", with: "\"cutoff\"") }) { path in
      expectMessage(path, "short_range_cutoff_A") { try ForceFieldFile.load(path) }
    }
  }

  @Test func badValuesAreNamed() throws {
    var file = try ForceFieldFile.load(ForceFieldFile.builtInName)
    file.types["Na"]?.mass_amu = -1
    try expectRefusal(of: file, "types.Na.mass_amu", "-1")
    file = try .load(ForceFieldFile.builtInName)
    file.pairs[0].rho_A = 0
    try expectRefusal(of: file, "pairs", "rho_A")
    file = try .load(ForceFieldFile.builtInName)
    file.pairs[0].types[0] = "Xx"
    try expectRefusal(of: file, "'Xx'", "types")
    file = try .load(ForceFieldFile.builtInName)
    file.bonds[0].first = 0
    try expectRefusal(of: file, "bonds", "first")
    file = try .load(ForceFieldFile.builtInName)
    file.angles[0].bonds = []
    try expectRefusal(of: file, "angles", "two bonds")
  }

  private func expectRefusal(of file: ForceFieldFile, _ words: String...) throws {
    let text = String(decoding: try JSONEncoder().encode(file), as: UTF8.self)
    try withChanged({ _ in text }) { path in
      let error = #expect(throws: PotentialError.self) { _ = try ForceFieldFile.load(path) }
      for word in words + [path] { #expect(error?.description.contains(word) == true) }
    }
  }

  private func expectMessage<T>(_ words: String..., of body: () throws -> T) {
    let error = #expect(throws: PotentialError.self) { _ = try body() }
    for word in words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
  }

  /// The built-in file with its text changed, in a file of its own.
  private func withChanged(_ change: (String) -> String, _ body: (String) throws -> Void) throws {
    let original = try JSONEncoder().encode(ForceFieldFile.load(ForceFieldFile.builtInName))
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json")
    try change(String(decoding: original, as: UTF8.self)).write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}
