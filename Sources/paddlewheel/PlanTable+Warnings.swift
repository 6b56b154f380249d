import Manifest

extension PlanTable {
  /// The warnings about the systems and their potentials, on standard error.
  func printWarnings() {
    for verdict in potentials where verdict.trust != .trusted { printToStandardError("warning: \(verdict)") }
    if let refusal { printToStandardError("warning: it can't be run: \(refusal.error)") }
    for warning in warnings { printToStandardError("warning: \(warning)") }
  }

  /// - Throws: ``InputError`` where a potential is less to be trusted than the manifest accepts.
  func checkTrust() throws { if let refusal { throw refusal.error } }
}
