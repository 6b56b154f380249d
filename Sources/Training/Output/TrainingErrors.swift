import Crystal
import Mathematics
import NEP
import SinglePoints
import Support

/// The errors of a trained model, those of the base and the repulsion included.
package struct TrainingErrors: Codable, Sendable {
  package let training: FrameErrors
  /// Nil without validation frames.
  package let validation: FrameErrors?

  /// - Parameters:
  ///   - training: in the order of the frames, as are those of `validation`.
  ///   - rules: what the user says of the ions.
  init(
    _ frames: LabelledFrames, training: [TrainingPrediction], validation: [TrainingPrediction],
    rules: IonRules
  ) {
    self.training = FrameErrors(frames.training, training, rules)
    self.validation = validation.isEmpty ? nil : FrameErrors(frames.validation, validation, rules)
  }
}

/// The errors of a set of frames.
package struct FrameErrors: Codable, Sendable {
  /// The errors of one quantity, in the unit of ``ErrorGroup/Quantity/unit``.
  package struct Row: Codable, Sendable {
    package let quantity: ErrorGroup.Quantity
    package let of: ErrorGroup.Members
    package let errors: PairedErrors
  }

  /// The errors of frames that have a name in common.
  package struct Part: Codable, Sendable {
    /// Nil for all, and for frames without one.
    package let name: String?
    package let frames: Int
    package let rows: [Row]

    /// The errors of a quantity.
    package subscript(
      _ quantity: ErrorGroup.Quantity, _ members: ErrorGroup.Members = .all
    ) -> PairedErrors? {
      rows.first { $0.quantity == quantity && $0.of == members }?.errors
    }

    init(_ name: String?, _ sums: ErrorSums) {
      self.name = name
      frames = sums.frames
      rows = sums.errors.map { Row(quantity: $0.quantity, of: $0.members, errors: $1) }
    }
  }

  package let all: Part
  /// Of all frames.
  package let atoms: Int
  /// By what the files call the frames' systems, and by how the frames were made, in the order in which they come.
  package let systems: [Part]
  package let sources: [Part]
  /// Those with the largest errors of a force, or of the energy where no frame has forces; the worst first.
  package let worst: [WorstFrame]
  /// Frames in which no ions were found.
  package let framesWithoutIons: Int
  /// Some of the pairs of label and prediction.
  package let points: ParityPoints

  init(_ entries: [LabelledFrames.Entry], _ predictions: [TrainingPrediction], _ rules: IonRules) {
    var (systems, sources) = (NamedSums(), NamedSums())
    var withoutIons = 0
    for (entry, prediction) in zip(entries, predictions) {
      let ions = try? FrameIons(entry.frame, rules)
      if ions == nil { withoutIons += 1 }
      let found = SinglePoint(prediction.found, entry.frame)
      systems.add(found, entry, ions, prediction.origin.system)
      sources.add(found, entry, ions, prediction.origin.source)
    }
    // Each system keeps its own mean energy, as in the errors of `paddlewheel energies`.
    all = Part(nil, systems.total)
    atoms = entries.reduce(0) { $0 + $1.frame.symbols.count }
    (self.systems, self.sources) = (systems.parts, sources.parts)
    worst = WorstFrame.most(10, of: zip(entries, predictions).map { WorstFrame($0.frame.symbols, $1) })
    framesWithoutIons = withoutIons
    points = ParityPoints(entries, predictions)
  }
}

/// Sums by name, in the order in which the names come.
private struct NamedSums {
  private var order: [String?] = []
  private var sums: [String?: ErrorSums] = [:]

  mutating func add(
    _ found: SinglePoint, _ entry: LabelledFrames.Entry, _ ions: FrameIons?, _ name: String?
  ) {
    if sums[name] == nil { order.append(name) }
    sums[name, default: ErrorSums()].add(found, entry.reference, of: entry.frame, ions)
  }

  var parts: [FrameErrors.Part] {
    order.compactMap { name in sums[name].map { FrameErrors.Part(name, $0) } }
  }

  var total: ErrorSums {
    order.reduce(into: ErrorSums()) { total, name in if let one = sums[name] { total.add(one) } }
  }
}

extension SinglePoint {
  fileprivate init(_ found: NEPGradient.Values, _ frame: LabelledFrame) {
    let scale = -1 / frame.cell.volume
    self.init(
      energy_eV: found.energy_eV, forces_eV_A: found.forces_eV_A,
      stress_eV_A3: Tensor3(found.virial_eV.elements.map { $0 * scale }[...]))
  }
}
