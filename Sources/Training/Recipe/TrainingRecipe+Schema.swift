import ManifestFormat
import NEP
import PotentialKeys
import Support
import Units
import Yams

extension TrainingRecipe {
  package static let schema = ManifestSchema<TrainingRecipe>(.block, modelFields + trainingFields)

  private static let modelFields: [ManifestField<TrainingRecipe>] = [
    ManifestField("model", \.name, .text("text", wanted: "a text"), "name and version of the model")
      .defaultText("the file's name"),
    ManifestField(
      "elements", \.architecture.elements,
      .list(of: .text("symbol", wanted: "the symbol of an element"), wanted: "a list of symbols"),
      "in the order of the model's types"
    ).defaultText("those of the data"),
    ManifestField(
      "base", \.base, base, "the force field to which the model adds: it learns the difference"
    ).defaultText("`none`"),
    .group("cutoff", cutoffs, "of the neighbours", isPresent: { _ in true }),
    ManifestField(
      "n-max", \.architecture.highestOrder, pair(0...20, "n_max"),
      "highest orders of radial and angular functions"),
    ManifestField(
      "basis-size", \.architecture.basisSize, pair(0...20, "basis_size"),
      "highest degrees of their Chebyshev functions"),
    degrees,
    ManifestField("neurons", \.architecture.neurons, .integer(1...1000), "of the hidden layer"),
    ManifestField(
      "zbl", \.architecture.repulsion,
      ManifestKind<NEPArchitecture.Repulsion>.repulsion.orNone(isWritten: false),
      "the screened nuclear repulsion at short range, which is not trained"
    ).defaultText("`none`"),
    ManifestField("format", \.format, .choice, "version of the file"),
  ]

  private static let trainingFields: [ManifestField<TrainingRecipe>] = [
    ManifestField("data", \.data, .section(DataKeys.schema), "frames with labels"),
    .group("loss", losses, "what the squares of errors are multiplied with", isPresent: { _ in true })
      .checked { value, recipe in
        guard recipe.settings.loss.isAnyAboveZero else {
          throw value.error(wanted: LossWeights.wanted)
        }
      },
    ManifestField("epochs", \.settings.epochs, .integer(0...1_000_000), "passes over the training frames"),
    ManifestField("batch", \.settings.batch, .integer(1...100_000), "frames for each step"),
    ManifestField(
      "learning-rate", \.settings.learningRate, .quantity(.number, .positive, atMost(1)),
      "highest learning rate of Adam"),
    ManifestField(
      "last-rate", \.settings.lastRate, .quantity(.number, .notNegative, atMost(1)),
      "the rate at the end, as a share of the highest"),
    ManifestField(
      "warm-up", \.settings.warmUp, .quantity(.number, .notNegative, atMost(1000)),
      "epochs over which the rate rises; then it falls along a cosine"),
    ManifestField(
      "largest-gradient", \.settings.largestGradient, .quantity(.number),
      "a gradient with a larger norm is scaled down to it"
    ).defaultText("`none`"),
    ManifestField(
      "averaging", \.settings.averaging, .quantity(.number, .notNegative, atMost(10_000)),
      "epochs over which the parameters are averaged; 0 for none"),
    ManifestField(
      "patience", \.settings.patience, .integer(1...1_000_000),
      "epochs without a lower validation loss after which training ends, with the best model"
    ).defaultText("`none`: all epochs, and the last model"),
    ManifestField(
      "seed", \.settings.seed,
      ManifestKind<UInt64>(
        "whole number from 0", read: { UInt64(try $0.integer(0...Int.max)) }, write: { .text(String($0)) }),
      "of the first parameters and the order of the frames"),
    ManifestField(
      "committee", \.committee, .integer(1...32), "models that are trained, with seeds one after the other"),
    ManifestField("precision", \.precision, .choice, "of what belongs to one atom"),
    ManifestField("checkpoint", \.checkpoint_s, .seconds, "time between checkpoints"),
  ]

  private static let base = ManifestKind<InputSource>(
    "`paddlewheel-ff`, or the path of a parameter file `.json`",
    read: { value in
      let text = try value.string(wanted: "a force field")
      return BuiltIns.potentials.contains(text) ? .builtIn(text) : .file(InputFile(text, at: value))
    }, write: { .text($0.text) }
  ).orNone(isWritten: false)

  private static let cutoffs: [ManifestField<TrainingRecipe>] = [
    cutoff("radial", \.radial), cutoff("angular", \.angular),
  ]

  /// One length for all elements, or one for each.
  private static func cutoff(
    _ name: String, _ part: WritableKeyPath<NEPArchitecture.Pair<Double>, Double> & Sendable
  ) -> ManifestField<TrainingRecipe> {
    let limit = ManifestLimit("a length up to 100 Å") { $0 <= 100 }
    let kind = ManifestKind<[Double]>.oneOrList(
      of: .quantity(.length, .positive, limit), wanted: "a length, or one for each element")
    return ManifestField(
      ManifestKey(name, "of \(name) functions", values: kind.values),
      read: { value, recipe in
        let lengths = try kind.read(value)
        var pairs = recipe.architecture.cutoffs_A
        if pairs.count == 1, let first = pairs.first { pairs = lengths.map { _ in first } }
        guard pairs.count == lengths.count || lengths.count == 1 else {
          throw value.error(wanted: "\(pairs.count) lengths, as the other cut-off has")
        }
        for index in pairs.indices { pairs[index][keyPath: part] = lengths[lengths.count == 1 ? 0 : index] }
        recipe.architecture.cutoffs_A = pairs
      },
      write: { try kind.write($0.architecture.cutoffs_A.map { $0[keyPath: part] }) })
  }

  private static func pair(
    _ range: ClosedRange<Int>, _ name: String
  ) -> ManifestKind<NEPArchitecture.Pair<Int>> {
    let kind = ManifestKind<[Int]>.list(of: .integer(range), wanted: "two numbers, as in \(name)")
    return ManifestKind(
      "list of two whole numbers from \(range.lowerBound): radial, angular",
      read: { value in
        let numbers = try kind.read(value)
        guard numbers.count == 2 else { throw value.error(wanted: "two numbers: radial, angular") }
        return NEPArchitecture.Pair(radial: numbers[0], angular: numbers[1])
      }, write: { try kind.write([$0.radial, $0.angular]) })
  }

  private static let degrees = ManifestField<TrainingRecipe>(
    ManifestKey(
      "l-max", "degrees of angular descriptors",
      values:
        "list as in GPUMD: highest degree of three bodies (0 to 8); 2 or 0 for four bodies; 1 or 0 for five; "
        + "flags of four bodies 112, 123, 233, 134"),
    read: { value, recipe in
      let numbers = try ManifestKind<[Int]>.list(of: .integer(0...8), wanted: "a list such as [4, 2, 1]")
        .read(value)
      guard recipe.architecture.setDegrees(numbers) else {
        throw value.error(
          wanted: "a degree, 2 or 0, and up to five flags 1 or 0, none above what the highest degree allows")
      }
    },
    write: { recipe in
      try ManifestKind<[Int]>.list(of: .integer(0...8), wanted: "").write(recipe.architecture.degrees)
    })

  private static let losses: [ManifestField<TrainingRecipe>] = [
    loss("energy", \.energy, "energies per atom, eV"), loss("force", \.force, "force components, eV/Å"),
    loss("virial", \.virial, "virial components per atom, eV"),
    loss("ion-force", \.ionForce, "net forces on ions of several atoms, eV/Å"),
    loss("ion-torque", \.ionTorque, "torques on them, eV"),
    ManifestField(
      "elements", \.settings.loss.elements, .dictionary(.number, example: "{Na: 4}"),
      "further factors for the forces on an element's atoms"),
  ]

  private static func loss(
    _ name: String, _ part: WritableKeyPath<LossWeights, Double> & Sendable, _ of: String
  ) -> ManifestField<TrainingRecipe> {
    let kind = ManifestKind<Double>.quantity(.number, .notNegative)
    return ManifestField(
      ManifestKey(name, of, values: kind.values),
      read: { value, recipe in recipe.settings.loss[keyPath: part] = try kind.read(value) },
      write: { try kind.write($0.settings.loss[keyPath: part]) })
  }

  private static func atMost(_ limit: Double) -> ManifestLimit {
    ManifestLimit("a number up to \(limit)") { $0 <= limit }
  }
}

extension ManifestKind where Value == NEPArchitecture.Repulsion {
  /// `{outer: 2 Å, factor: 0.65}`.
  fileprivate static let repulsion = ManifestKind<RepulsionKeys>.section(RepulsionKeys.schema).mapped
}

/// The keys of `zbl`.
private struct RepulsionKeys: ManifestSection {
  var outer_A = 2.0
  var factor: Double? = 0.65

  static let schema = ManifestSchema<RepulsionKeys>(
    .flow,
    [
      ManifestField(
        "outer", \.outer_A,
        .quantity(.length, .positive, ManifestLimit("a length up to 2.5 Å") { $0 <= 2.5 }),
        "zero from here on"),
      ManifestField(
        "factor", \.factor, ManifestKind<Double>.quantity(.number).orNone(isWritten: true),
        "zero at this times the sum of the covalent radii, where that is shorter"),
    ])
}

extension ManifestKind where Value == RepulsionKeys {
  fileprivate var mapped: ManifestKind<NEPArchitecture.Repulsion> {
    ManifestKind<NEPArchitecture.Repulsion>(
      values, children: children,
      read: { value in
        let keys = try read(value)
        return NEPArchitecture.Repulsion(outer_A: keys.outer_A, factor: keys.factor)
      },
      write: { repulsion in
        var keys = RepulsionKeys()
        (keys.outer_A, keys.factor) = (repulsion.outer_A, repulsion.factor)
        return try write(keys)
      })
  }
}

extension ManifestKind where Value == Double {
  /// A time in seconds of the clock.
  fileprivate static let seconds = ManifestKind<Double>(
    "seconds", read: { try $0.quantity(.number, .positive, limit: nil) }, write: { .quantity($0, .number) })
}

extension TrainingRecipe.DataKeys {
  private static let paths = ManifestKind<[InputFile]>.oneOrList(
    of: ManifestKind<InputFile>(
      "path of an extXYZ file", read: { InputFile(try $0.string(wanted: "a path"), at: $0) },
      write: { .text($0.name) }), wanted: "a path, or a list of paths")
  private static let key = ManifestKind<String>.text("`A`, or `A+B` for a sum, or `none`", wanted: "a key")

  package static let schema = ManifestSchema<TrainingRecipe.DataKeys>(
    .block,
    [
      ManifestField("training", \.training, paths, "frames to learn from").defaultText("`train.xyz`"),
      ManifestField("validation", \.validation, paths, "frames to measure with")
        .defaultText("`test.xyz`, where there is one"),
      ManifestField("energy-key", \.energyKey, key, "where the energy is, eV").defaultText("`energy`"),
      ManifestField("forces-key", \.forcesKey, key, "where the forces are, eV/Å")
        .defaultText("`forces`, `force`"),
      ManifestField("stress-key", \.stressKey, key, "where the stress is, eV/Å³, tension positive")
        .defaultText("`stress`"),
      ManifestField("virial-key", \.virialKey, key, "where the virial is, −V times the stress, eV")
        .defaultText("`virial`, where there is no stress"),
      ManifestField(
        "check-energies", \.checksEnergies, .choice, "whether an energy far from all others is an error"),
    ])
}

extension NEPArchitecture {
  /// As in GPUMD's `l_max`.
  package var degrees: [Int] {
    let flags = NEPTriple.allCases.map { triples.contains($0) ? 1 : 0 }
    return [largestDegree, hasFourBodies ? 2 : 0, hasFiveBodies ? 1 : 0] + (triples.isEmpty ? [] : flags)
  }

  /// - Returns: false for numbers that are none.
  package mutating func setDegrees(_ numbers: [Int]) -> Bool {
    guard (1...7).contains(numbers.count), (0...8).contains(numbers[0]),
      numbers.dropFirst().enumerated().allSatisfy({ (0...($0.offset == 0 ? 2 : 1)).contains($0.element) })
    else { return false }
    largestDegree = numbers[0]
    hasFourBodies = numbers.count > 1 && numbers[1] > 0
    hasFiveBodies = numbers.count > 2 && numbers[2] > 0
    triples = zip(NEPTriple.allCases, numbers.dropFirst(3)).filter { $1 == 1 }.map(\.0)
    let needed = max(
      hasFourBodies ? 2 : 0, hasFiveBodies ? 1 : 0, triples.map(\.largestDegree).max() ?? 0)
    return largestDegree >= needed
  }
}
