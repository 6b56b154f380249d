import Manifest

extension PlanTable {
  /// What the potentials say of the salts, and the warnings about the systems, on standard error.
  func printWarnings() {
    for verdict in potentials {
      printToStandardError(verdict.trust == .trusted ? "\(verdict)" : "warning: \(verdict)")
    }
    for warning in warnings { printToStandardError("warning: \(warning)") }
  }
}
