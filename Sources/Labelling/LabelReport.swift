/// What has become of the frames.
package struct LabelReport: Sendable {
  /// A frame without a label, and why.
  package struct Refused: Sendable {
    package enum Reason: Sendable {
      /// For good, with this engine.
      case refusal(LabelRefusal)
      /// The next command tries again.
      case failure(LabelFailure)
    }

    /// File and number.
    package var source: String
    package var reason: Reason

    /// For people.
    package var text: String {
      switch reason {
      case .refusal(let refusal): "\(refusal)"
      case .failure(let failure): "\(failure)"
      }
    }
  }

  /// A frame that is another one again: labelled once.
  package struct Duplicate: Sendable {
    package var source: String
    package var first: String
  }

  package var labelled = 0
  /// Of these, without a stress.
  package var withoutStress = 0
  package var refused: [Refused] = []
  package var duplicates: [Duplicate] = []
  /// Computed elsewhere.
  package var underWay = 0
  /// Not begun.
  package var missing = 0
  /// Lines of labels that were damaged; their frames were labelled anew.
  package var damagedLines = 0
  /// Whether the user has asked for the end.
  package var wasStopped = false

  /// Whether every frame has its label.
  package var isComplete: Bool { refused.isEmpty && underWay == 0 && missing == 0 }

  /// One line.
  package var totals: String {
    let frames = labelled + refused.count + duplicates.count + underWay + missing
    var parts = ["\(labelled) labelled"]
    for (count, word) in [
      (refused.count, "without a label"), (duplicates.count, "duplicate"), (underWay, "under way"),
      (missing, "missing"),
    ] where count > 0 { parts.append("\(count) \(word)") }
    return "\(frames) \(frames == 1 ? "frame" : "frames"): \(parts.joined(separator: ", "))"
  }
}
