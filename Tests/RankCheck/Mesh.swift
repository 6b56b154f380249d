import Forces
import RankCheckResults

extension RankCheck {
  /// The splitting and the division of the mesh, where commands give them.
  func setMesh() throws {
    if let text = setup["ewald"] {
      let f = try numbers(text, ",")
      guard f.count == 5 else { throw CommandError(description: "ewald=\(text): wanted five numbers") }
      settings.ewald = EwaldParameters(
        alpha: f[0], cutoff_A: settings.cutoff_A, grid: [Int(f[1]), Int(f[2]), Int(f[3])], order: Int(f[4]))
    }
    if let text = setup["mesh"] {
      let f = try numbers(text, ",")
      guard f.count == 2 else { throw CommandError(description: "mesh=\(text): wanted two numbers") }
      settings.meshLayout = MeshLayout(alongA: Int(f[0]), alongB: Int(f[1]))
    }
  }

  /// What each rank sends for the mesh.
  func countMesh(_ result: inout RankCheckResult) throws {
    let evaluator = try current().forceEvaluator
    guard let layout = evaluator.meshLayout, let grid = evaluator.ewald?.grid else { return }
    let traffic = evaluator.trafficPerStep.mesh
    result.meshLayout = [layout.alongA, layout.alongB]
    result.meshPoints = [grid.x, grid.y, grid.z]
    result.meshMessages = try communicator.allGather([traffic.messages])
    result.meshBytes = try communicator.allGather([traffic.bytes])
  }
}
