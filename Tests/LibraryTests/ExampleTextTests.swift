import Foundation
import Testing

/// The code in the articles is the code of the examples, which ``LibraryProductTests`` builds and runs.
@Test(arguments: [
  ("Crystal", ["crystal"]), ("Trajectory", []), ("TrajectoryImport", ["trajectory"]),
  ("Analysis", ["analysis", "relaxation"]),
])
func articleShowsTheExamples(_ module: String, _ examples: [String]) throws {
  let article = try Repository.text("Sources/\(module)/\(module).docc/\(module).md")
  let code = article.components(separatedBy: "```swift\n").dropFirst()
    .compactMap { $0.components(separatedBy: "```").first }
  #expect(try code == examples.map { try Repository.text("Examples/Sources/\($0)-example/main.swift") })
}
