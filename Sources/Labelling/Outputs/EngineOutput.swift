import Mathematics
import Support

/// What the output of an engine says of a frame, in eV and Å, with the atoms in the order of the output.
package struct EngineOutput: Equatable, Sendable {
  package enum Convergence: Equatable, Sendable {
    case achieved
    case failed(LabelRefusal.Evidence)
    /// Nothing is said of it.
    case unknown
  }

  /// With its version.
  package var program: String?
  /// Whether the program has said that it has come to its end.
  package var isComplete = false
  package var convergence = Convergence.unknown
  package var energy_eV: Double?
  package var forces_eV_A: [Vector3]?
  /// Tension is positive.
  package var stress_eV_A3: Tensor3?
  /// How often forces are in the output.
  package var configurations = 0
  /// What the output says of the atoms; nil where it does not.
  package var elements: [String]?
  package var positions_A: [Vector3]?
  package var cell_A: [Vector3]?
}

/// A number of an output; NaN for what stands there instead of one that is none, or has too many digits for its columns.
func outputNumber(_ text: some StringProtocol) -> Double? {
  if let number = decimalNumber(text, fortran: true) { return number }
  let word = text.lowercased()
  return word.contains("nan") || word.contains("inf") || word.hasPrefix("*") ? .nan : nil
}

/// The words of a line as numbers.
/// - Returns: nil where one is none, or there are not so many.
func outputVector(_ words: some Collection<Substring>) -> Vector3? {
  let numbers = words.prefix(3).compactMap { outputNumber($0) }
  return numbers.count == 3 ? Vector3(numbers[0], numbers[1], numbers[2]) : nil
}
