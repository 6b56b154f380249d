import Foundation

extension Gnuplot {
  /// ``draw(_:in:with:as:)`` with a time limit: a program that neither draws nor ends costs one figure, not the report.
  static func draw(
    _ name: String, in folder: URL, with program: String, as format: String, within limit_s: Double
  ) async -> Result<Data, Failure> {
    await withTaskGroup(of: Result<Data, Failure>?.self) { group in
      group.addTask { await draw(name, in: folder, with: program, as: format) }
      group.addTask {
        // Cancelled where the program ends first.
        try? await Task.sleep(for: .seconds(limit_s))
        return nil
      }
      let first = await group.next() ?? nil
      // The program is killed with its task.
      group.cancelAll()
      return first ?? .failure(Failure(reason: "no figure after \(Int(limit_s)) s"))
    }
  }
}
