import NEP
import Report
import SinglePoints
import Training

/// What a page says of a training in words.
struct TrainingText {
  private let summary: TrainingSummary

  init(_ summary: TrainingSummary) { self.summary = summary }

  private var errors: TrainingErrors { summary.errors }
  private var architecture: NEPArchitecture { summary.model.architecture }

  var overview: String { "\(model) \(data) \(result)" }

  private var model: String {
    let base = summary.model.base.map { " that adds to \($0)" } ?? ""
    return "A NEP\(summary.model.version) model of \(Self.list(summary.elements))\(base): cut-offs "
      + "\(cutoffs), \(architecture.neurons) neurons, \(summary.parameters) parameters."
  }

  /// One pair where all elements have the same.
  private var cutoffs: String {
    let pairs = architecture.cutoffs_A.map { (NumberText.short($0.radial), NumberText.short($0.angular)) }
    guard Set(pairs.map { "\($0) \($1)" }).count > 1 else {
      return pairs.first.map { "\($0) and \($1) Å" } ?? ""
    }
    return zip(summary.elements, pairs).map { "\($0) \($1.0) and \($1.1) Å" }.joined(separator: "; ")
  }

  /// Frames, epochs and loss.
  var data: String {
    let settings = summary.settings
    let epochs = summary.epochs.last?.epoch ?? 0
    return "Trained on \(Self.count(errors.training.all.frames, "frame")) of together "
      + "\(Self.count(errors.training.atoms, "atom")) for \(Self.count(epochs, "epoch")), "
      + "\(Self.count(settings.batch, "frame")) a step. Weights of the loss: \(weights(settings.loss))."
  }

  private func weights(_ loss: LossWeights) -> String {
    let named = [
      ("energy", loss.energy), ("force", loss.force), ("virial", loss.virial),
      ("net force on ions", loss.ionForce), ("torque on ions", loss.ionTorque),
    ]
    let elements = loss.elements.sorted { $0.key < $1.key }.map {
      "forces on \($0) times \(NumberText.plain($1))"
    }
    return
      (named.filter { $0.1 > 0 }.map { "\($0) \(NumberText.plain($1, digits: 2))" } + elements)
      .joined(separator: ", ")
  }

  private var result: String {
    guard let validation = errors.validation else {
      return "R.m.s. errors of the training frames: \(errorText(errors.training.all))."
    }
    return "R.m.s. errors of \(Self.count(validation.all.frames, "validation frame")): "
      + "\(errorText(validation.all)); of the training frames: \(errorText(errors.training.all))."
  }

  private func errorText(_ part: FrameErrors.Part) -> String {
    let parts = [ErrorGroup.Quantity.energy, .force, .stress].compactMap { quantity in
      part[quantity].map { "\(NumberText.plain($0.rms)) \(quantity.unit.name)" }
    }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  static let withoutValidation =
    "There are no validation frames: all errors are those of the frames that the models were trained on, and "
    + "say nothing of others."

  var caveats: [String] {
    var caveats: [String] = []
    if let validation = errors.validation {
      if validation.all.frames < 10 {
        caveats.append(
          "There \(validation.all.frames == 1 ? "is" : "are") only "
            + "\(Self.count(validation.all.frames, "validation frame")): errors of others may be very different."
        )
      }
    } else {
      caveats.append(Self.withoutValidation)
    }
    for (name, set) in [("training", errors.training), ("validation", errors.validation)] {
      guard let set else { continue }
      caveats += missing(set, name)
    }
    if let last = summary.epochs.last?.epoch, last < summary.settings.epochs {
      caveats.append(
        "Training ended after epoch \(last) of \(summary.settings.epochs), as the validation loss fell no further; the model is "
          + "that of epoch \(summary.final.epoch).")
    }
    return caveats
  }

  /// Labels that frames of a set lack.
  private func missing(_ set: FrameErrors, _ name: String) -> [String] {
    let frames = set.all.frames
    var caveats: [String] = []
    if set.points.forces.isEmpty {
      caveats.append("The \(name) frames have no forces: nothing is known of the errors of forces there.")
    }
    let energies = set.points.energies?.count ?? 0
    if energies < frames {
      caveats.append("\(frames - energies) of \(frames) \(name) frames have no energy.")
    }
    let virials = (set.points.virials?.count ?? 0) / 6
    if virials < frames {
      caveats.append("\(frames - virials) of \(frames) \(name) frames have no stress or virial.")
    }
    if set.framesWithoutIons > 0 {
      caveats.append(
        "In \(set.framesWithoutIons) of \(frames) \(name) frames no ions were found: they are not in the errors by ion."
      )
    }
    return caveats
  }

  /// Pairs of name and value.
  var settings: [(String, String)] {
    let settings = summary.settings
    let model = summary.model
    var pairs = [
      ("elements", summary.elements.joined(separator: " ")), ("base", model.base ?? "none"),
      ("cut-offs, radial and angular", cutoffs),
      ("n-max", "\(architecture.highestOrder.radial), \(architecture.highestOrder.angular)"),
      ("basis-size", "\(architecture.basisSize.radial), \(architecture.basisSize.angular)"),
      ("l-max", architecture.degrees.map(String.init).joined(separator: ", ")),
      ("neurons", "\(architecture.neurons)"),
      ("parameters", "\(summary.parameters)"),
      (
        "ZBL repulsion",
        architecture.repulsion.map { "within \(NumberText.short($0.outer_A)) Å" } ?? "none"
      ),
      ("epochs", "\(settings.epochs)"), ("frames a step", "\(settings.batch)"),
      ("learning rate", NumberText.plain(settings.learningRate, digits: 2)),
      ("epochs averaged", NumberText.short(settings.averaging)), ("seed", "\(model.seed)"),
      ("weights of the loss", weights(settings.loss)),
    ]
    if let patience = settings.patience { pairs.append(("patience", "\(patience) epochs")) }
    return pairs
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(number) \(what)\(number == 1 ? "" : "s")"
  }

  private static func list(_ words: [String]) -> String {
    words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
