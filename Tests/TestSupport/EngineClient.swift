import Foundation

/// Clients of the i-PI protocol that tests start; each says in its file how it is called.
public enum EngineClient: String, Sendable {
  /// Atoms on springs, with faults on request.
  case springs
  /// Lennard-Jones as a potential of i-PI's own driver.
  case lennardJones = "lennard_jones"
  /// ASE's client with its Lennard-Jones calculator.
  case ase = "ase_client"

  /// The file.
  public var path: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("EngineTests/Clients/\(rawValue).py").path
  }

  /// i-PI's own driver, beside the Python that has its package.
  public static var ipiDriver: String? {
    Python.path.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/i-pi-py_driver" }
  }
}
