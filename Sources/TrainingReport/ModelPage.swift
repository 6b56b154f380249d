import Report
import SinglePoints
import Support
import Training

extension TrainingPage {
  /// The page of one model.
  init(_ summary: TrainingSummary, name: String) {
    let text = TrainingText(summary)
    let member = summary.model
    kicker =
      "Paddlewheel training" + (member.committee > 1 ? ", model \(member.number) of \(member.committee)" : "")
    title = name
    overview = text.overview
    caveats = text.caveats
    keys = Self.keys(summary.errors)
    sections = Self.sections(summary)
    settings = text.settings
  }

  private static func sections(_ summary: TrainingSummary) -> [Section] {
    let errors = summary.errors
    let sets = [("Validation", errors.validation), ("Training", errors.training)].compactMap { name, set in
      set.map { (name, $0) }
    }
    let scope = errors.validation == nil ? "training" : "validation"
    return [
      Section(title: "Learning curves", figures: learningFigures(summary)),
      Section(title: "Labels and predictions", figures: parityFigures(errors)),
      Section(
        title: "Errors",
        note: """
          R.m.s. errors of components. From the column “reference” on, of the \(scope) frames: the r.m.s. of the labels, the error in \
          per cent of it, the slope of predictions over labels (below 1, the potential is too soft), and the mean of predictions less \
          labels. The relative energy is the energy less its mean of each system. Net forces and torques are those on whole ions of \
          several atoms; the first decide diffusion, the second rotation. The stress of ions is that of their centres of mass.
          """,
        tables: [
          ErrorTable.quantities("By quantity", errors, name: quantityName),
          ErrorTable.quantities("Forces by element", errors, name: elementName),
          ErrorTable.quantities("By kind of ion", errors, name: ionName),
        ].compactMap(\.self)),
      Section(
        title: "By system and source",
        note: "R.m.s. errors. The relative energy is here the energy less its mean over the row's frames.",
        tables: sets.flatMap { name, set in
          [
            ErrorTable.parts("\(name) frames by system", of: "system", set.systems),
            ErrorTable.parts("\(name) frames by source", of: "source", set.sources),
          ].compactMap(\.self)
        }),
      Section(
        title: "Worst frames",
        note: """
          By the largest error of the force on an atom. Frames and atoms are counted from 1, in the order of the files.
          """,
        tables: sets.compactMap { name, set in ErrorTable.worst("\(name) frames", set.worst) }),
    ]
  }

  private static func keys(_ errors: TrainingErrors) -> [Key] {
    let (scope, set) = errors.validation.map { ("validation", $0) } ?? ("training", errors.training)
    let shown: [(String, ErrorGroup)] = [
      ("Energy", ErrorGroup(.energy)), ("Force", ErrorGroup(.force)),
      ("Net force on ions", ErrorGroup(.netForce, .molecularIons)),
      ("Torque on ions", ErrorGroup(.torque, .molecularIons)), ("Stress", ErrorGroup(.stress)),
    ]
    return shown.compactMap { name, group in
      set.all[group.quantity, group.members].map { errors in
        Key(
          name: name, value: NumberText.plain(errors.rms) + " " + group.quantity.unit.name,
          detail: "r.m.s. error, \(scope)"
            + (group.quantity == .energy
              ? "" : errors.relative.map { "; \(ErrorTable.perCent($0)) of the reference" } ?? ""))
      }
    }
  }

  private static func quantityName(_ group: ErrorGroup) -> String? {
    switch (group.quantity, group.members) {
    case (.energy, .all): "energy"
    case (.relativeEnergy, .all): "relative energy"
    case (.force, .all): "force"
    case (.netForce, .molecularIons): "net force on ions"
    case (.torque, .molecularIons): "torque on ions"
    case (.stress, .all): "stress"
    case (.pressure, .all): "pressure"
    case (.ionStress, .all): "stress of ions"
    case (.ionPressure, .all): "pressure of ions"
    default: nil
    }
  }

  private static func elementName(_ group: ErrorGroup) -> String? {
    if case .element(let symbol) = group.members { symbol } else { nil }
  }

  private static func ionName(_ group: ErrorGroup) -> String? {
    let ion: String
    switch group.members {
    case .all, .element: return nil
    case .singleIons: ion = "all ions of one atom"
    case .molecularIons: ion = "all ions of several atoms"
    case .ion(let formula): ion = formula
    }
    switch group.quantity {
    case .force: return "\(ion): forces on atoms"
    case .netForce: return "\(ion): net force"
    case .torque: return "\(ion): torque"
    default: return nil
    }
  }
}
