import EngineSocket
import Manifest
import ManifestFormat
import PotentialKeys
import Support
import Training
import Units
import Yams

extension LearningRecipe {
  package static let schema = ManifestSchema<LearningRecipe>(
    .block,
    [
      ManifestField("learn", \.name, .text("text", wanted: "a name"), "name of the potential")
        .required("the name of the potential"),
      ManifestField(
        "explore", \.explore, .section(ExploreKeys.schema), "the sweep in which committees are tried"
      )
      .required("the study in which committees are tried"),
      ManifestField("start", \.start, .section(StartKeys.schema), "frames of the first training")
        .required("labelled frames, or rattle"),
      ManifestField("label", \.label, .section(LabelKeys.schema), "the engine that labels frames")
        .required("an engine: potential, driver or template"),
      ManifestField("train", \.train, .section(TrainKeys.schema), "the models and their training")
        .required("a recipe of `train`"),
      ManifestField("until", \.until, .section(UntilKeys.schema), "when the loop ends")
        .required("a bound of the deviation"),
      ManifestField("select", \.select, .section(SelectKeys.schema), "which frames are labelled")
        .checkedWindow(),
      ManifestField("held-out", \.heldOut, .section(HeldOutKeys.schema), "frames that are not trained on"),
      ManifestField("budget", \.budget, .section(BudgetKeys.schema), "what the loop may cost"),
    ])

  static let files = ManifestKind<[InputFile]>.oneOrList(of: file, wanted: "a path, or a list of paths")

  static let file = ManifestKind<InputFile>(
    "path", read: { InputFile(try $0.string(wanted: "a path"), at: $0) }, write: { .text($0.name) })

  /// A mapping, or the path of a file that holds it.
  static func document(_ what: String) -> ManifestKind<ManifestDocument> {
    ManifestKind(
      "\(what), or its path",
      read: { value in
        if case .mapping = value.node { return ManifestDocument(node: value.node, file: value.file) }
        let file = InputFile(try value.string(wanted: "\(what), or its path"), at: value)
        guard FileKind(at: file.path) != nil else {
          throw value.error(wanted: "\(what), or its path", message: "there is no such file")
        }
        try PlainFile.check(file.path)
        return try ManifestDocument(contentsOf: file.path)
      }, write: { flowing($0.node) })
  }
}

extension ManifestField<LearningRecipe> {
  /// A window in which no frame could lie, and one that leaves out what the bound is to reach, are contradictions.
  fileprivate func checkedWindow() -> Self {
    checked { value, recipe in
      let bound = recipe.until.deviation_eV_A
      let force: (Double) -> String = { Quantity.print($0, as: .force) }
      if let above = recipe.select.above_eV_A, above > bound {
        throw value.error(
          wanted: "above: at most \(force(bound)), the bound of until.deviation",
          message: "frames between \(force(bound)) and \(force(above)) would never be labelled")
      }
      guard recipe.window_eV_A.lowerBound < (recipe.select.below_eV_A ?? .infinity) else {
        throw value.error(wanted: "below: more than \(force(recipe.window_eV_A.lowerBound))")
      }
    }
  }
}

extension LearningRecipe.ExploreKeys {
  static let schema = ManifestSchema<LearningRecipe.ExploreKeys>(
    .block,
    [
      ManifestField(
        "study", \.study,
        ManifestKind<LearningRecipe.GivenManifest>(
          manifest.values, read: { LearningRecipe.GivenManifest(document: try manifest.read($0)) },
          write: { try manifest.write($0.document) }),
        "the study, whose potential is the committee"
      ).checked { value, keys in
        guard let document = keys.study?.document else { return }
        let root = try document.root.openMapping(wanted: "a study's manifest")
        if root["record"]?.node.mapping?["deviations"] != nil {
          throw InputError(
            place: document.place(of: "record.deviations"), key: "record.deviations",
            found: "bounds of a committee", wanted: "none: select and until have them")
        }
        let axes = root["sweep"]?.node.mapping?.keys.compactMap(\.scalar?.string) ?? []
        if let axis = axes.first(where: { $0 == "potential" || $0.hasPrefix("potential.") }) {
          throw InputError(
            place: document.place(of: "sweep"), key: "sweep.\(axis)", found: "an axis of potentials",
            wanted: "none: the potential is the committee")
        }
      }.required("a study's manifest, or its path"),
      ManifestField(
        "ladder", \.ladder, .list(of: rung, wanted: "a list of mappings"),
        "changes of the manifest, one after the other"),
      ManifestField("at-once", \.atOnce, .integer(1...1000), "runs at the same time"),
      ManifestField("most", \.most, .integer(1...1_000_000), "candidates that a run keeps"),
    ])

  private static let manifest = LearningRecipe.document("a study's manifest")

  private static let limit = "generations"

  private static let rung = ManifestKind<LearningRecipe.Rung>(
    "mapping of key paths, such as `{stages.sample: 10 ps}`, and `generations`",
    read: { value in
      var rung = LearningRecipe.Rung()
      for (key, entry) in try value.openMapping(wanted: "a mapping such as {stages.sample: 10 ps}").entries {
        if key == limit {
          rung.generations = try entry.integer(1...1_000_000)
        } else if key == "potential" || key.hasPrefix("potential.") || key.hasPrefix("record.deviations") {
          throw entry.error(wanted: "another key: the loop sets this one")
        } else {
          rung.changes.append(
            LearningRecipe.Rung.Change(path: key, text: try flowText(entry.node), place: entry.place))
        }
      }
      return rung
    },
    write: { rung in
      .mapping(
        rung.changes.map { ($0.path, .text($0.text)) }
          + [(limit, rung.generations.map { .text(String($0)) })], .flow)
    })
}

extension LearningRecipe.StartKeys {
  static let schema = ManifestSchema<LearningRecipe.StartKeys>(
    .block,
    [
      ManifestField("frames", \.frames, LearningRecipe.files, "labelled frames"),
      ManifestField(
        "rattle", \.rattle, .section(LearningRecipe.RattleKeys.schema),
        "distorted copies of the explored structures"),
      ManifestField("count", \.count, .integer(2...1_000_000), "copies that are chosen and labelled"),
    ]
  ) { mapping in
    guard (mapping["frames"] == nil) != (mapping["rattle"] == nil) else {
      throw mapping.value.error(wanted: "frames, which are labelled, or rattle, but not both")
    }
    if let count = mapping["count"], mapping["frames"] != nil {
      throw count.error(wanted: "none beside frames: all of them are used")
    }
  }
}

extension LearningRecipe.RattleKeys {
  static let schema = ManifestSchema<LearningRecipe.RattleKeys>(
    .flow,
    [
      ManifestField(
        "displacement", \.displacements_A,
        .oneOrList(
          of: .quantity(.length, .notNegative, ManifestLimit("a length up to 2 Å") { $0 <= 2 }),
          wanted: "a length, or a list"), "standard deviations of displacements along each axis"),
      ManifestField(
        "strain", \.strain,
        .quantity(.number, .notNegative, ManifestLimit("a number up to 0.2") { $0 <= 0.2 }),
        "standard deviation of the components of the strain"),
      ManifestField(
        "volume", \.volumeChanges_percent,
        .oneOrList(
          of: .quantity(
            .percentage, .any, ManifestLimit("a change from -50 % to 100 %") { $0 > -50 && $0 <= 100 }),
          wanted: "a percentage, or a list"), "changes of the volume"),
      ManifestField("copies", \.copies, .integer(1...100_000), "of each volume and displacement"),
      ManifestField("seed", \.seed, .integer(0...Int.max), "of random numbers"),
    ])
}

extension LearningRecipe.SelectKeys {
  static let schema = ManifestSchema<LearningRecipe.SelectKeys>(
    .flow,
    [
      ManifestField("count", \.count, .integer(1...1_000_000), "frames of each generation"),
      ManifestField("method", \.method, .choice, "as of `select`"),
      ManifestField(
        "above", \.above_eV_A, .quantity(.force), "frames whose largest deviation is above this"
      ).defaultText("`until.deviation`"),
      ManifestField(
        "below", \.below_eV_A, .quantity(.force), "and not above this; a run beyond it ends"
      ).defaultText("20 times `until.deviation`"),
      ManifestField(
        "distance", \.distance,
        .quantity(.number, .notNegative, ManifestLimit("a number up to 1.5") { $0 <= 1.5 }),
        "least distance of two atoms, over the sum of their covalent radii"),
    ])
}

extension LearningRecipe.HeldOutKeys {
  static let schema = ManifestSchema<LearningRecipe.HeldOutKeys>(
    .flow,
    [
      ManifestField("frames", \.frames, LearningRecipe.file, "labelled frames"),
      ManifestField(
        "every", \.every, .integer(2...1_000_000), "every so many of the frames that are labelled"),
    ]
  ) { mapping in
    guard mapping["frames"] == nil || mapping["every"] == nil else {
      throw mapping.value.error(wanted: "frames or every, but not both")
    }
  }
}

extension LearningRecipe.UntilKeys {
  static let schema = ManifestSchema<LearningRecipe.UntilKeys>(
    .flow,
    [
      ManifestField(
        "deviation", \.deviation_eV_A, .quantity(.force), "bound of the largest deviation of a frame"
      ).required("a force, such as 0.2 eV/Å"),
      ManifestField(
        "fraction", \.fraction_percent,
        .quantity(.percentage, .positive, ManifestLimit("a percentage up to 100 %") { $0 <= 100 }),
        "of the records that have to be below"),
      ManifestField(
        "broken-ions", \.brokenIons, .integer(0...1_000_000),
        "ions that may break in runs that go to their end"
      ).defaultText("0"),
    ])
}

extension LearningRecipe.BudgetKeys {
  static let schema = ManifestSchema<LearningRecipe.BudgetKeys>(
    .flow,
    [
      ManifestField("generations", \.generations, .integer(0...1_000_000), "trainings after the first"),
      ManifestField("labels", \.labels, .integer(1...1_000_000_000), "labelled frames in all"),
      ManifestField("time", \.time_s, .quantity(.wallTime), "wall time of the loop"),
    ])
}

extension LearningRecipe.TrainKeys {
  static let schema = ManifestSchema<LearningRecipe.TrainKeys>(
    .block,
    [
      ManifestField(
        "recipe", \.recipe,
        ManifestKind<TrainingRecipe>(
          "recipe of `train` without `data`, or its path", read: recipe,
          write: { try TrainingRecipe.schema.encode($0) }), "the models and how they are trained"
      ).required("a recipe of `train`, or its path"),
      ManifestField(
        "updates", \.updates, .integer(1...1_000_000_000), "steps of the optimiser in each training"
      )
      .defaultText("those of the recipe's epochs"),
    ])

  private static func recipe(_ value: ManifestValue) throws -> TrainingRecipe {
    let document = try LearningRecipe.document("a recipe of train").read(value)
    let recipe = try TrainingRecipe.schema.decode(
      document.root, defaults: LearningRecipe.trainingDefaults)
    func refuse(_ key: String, _ found: String, _ wanted: String) -> InputError {
      InputError(place: document.place(of: key), key: key, found: found, wanted: wanted)
    }
    let keys = try document.root.openMapping(wanted: "a recipe").entries.map(\.key)
    if keys.contains("data") { throw refuse("data", "files", "none: the loop makes the training set") }
    if case .file(let file) = recipe.base {
      throw refuse("base", file.name, "a built-in force field: each committee is a folder of its own")
    }
    guard recipe.committee > 1 else {
      throw refuse("committee", "1", "2 or more models: what they disagree on drives the loop")
    }
    return recipe
  }
}
