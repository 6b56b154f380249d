/// What labels were computed with: kept beside them, and in each labelled frame.
package struct EngineIdentity: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    /// A potential of this program.
    case potential
    /// A client of the i-PI protocol.
    case driver
    case vasp, cp2k
    case quantumEspresso = "quantum-espresso"

    /// For people.
    package var name: String {
      switch self {
      case .potential: "potential"
      case .driver: "driver"
      case .vasp: "VASP"
      case .cp2k: "CP2K"
      case .quantumEspresso: "Quantum ESPRESSO"
      }
    }
  }

  package var kind: Kind
  /// As the user names it: a potential, a command, the folder of a template.
  package var name: String
  /// SHA-256 of everything that decides on the labels, in hexadecimal: the files of a potential or a template, the
  /// words of a command with the content of the files that they name.
  package var digest: String

  package init(kind: Kind, name: String, digest: String) {
    self.kind = kind
    self.name = name
    self.digest = digest
  }

  /// One line for the comment of a frame.
  /// - Parameter program: that has computed it, with its version, where its output says so.
  func text(program: String?) -> String { "\(program ?? kind.name): \(name) (\(digest.prefix(12)))" }
}
