import Manifest
import ManifestFormat
import Support
import Units
import Yams

extension LearningRecipe {
  /// The manifest with the changes of the ladder up to a rung, and without a potential.
  /// - Throws: ``InputError`` with the place of what does not fit.
  private func manifest(rung: Int) throws -> ManifestDocument {
    guard var document = explore.study?.document.removing("potential") else {
      throw InputError(key: "explore.study", found: "nothing", wanted: "a study's manifest")
    }
    for change in rungs.prefix(rung + 1).flatMap(\.changes) {
      do { document = try document.replacing(change.path, with: change.text) } catch var error as InputError {
        error.place = change.place
        throw error
      }
    }
    return document
  }

  /// The study of a rung with the built-in potential, whose runs have the systems of the exploration.
  /// - Throws: ``InputError``.
  package func bareStudy(rung: Int) throws -> StudyPlan {
    let plan: StudyPlan
    do { plan = try StudyPlan(manifest(rung: rung)) } catch var error as InputError {
      if let change = change(blamedFor: error.key, rung: rung) { error.place = change.place }
      throw error
    }
    let simulation = try plan.manifest.simulation
    guard simulation.stages.sample_ps != nil else {
      throw InputError(key: "stages.sample", found: "nothing", wanted: "a sampling stage to explore in")
    }
    return plan
  }

  /// The change of the ladder that has set a key, or a part of its value.
  private func change(blamedFor key: String?, rung: Int) -> Rung.Change? {
    guard let key else { return nil }
    return rungs.prefix(rung + 1).flatMap(\.changes).last {
      $0.path == key || key.hasPrefix($0.path + ".") || key.hasPrefix($0.path + "[")
        || $0.path.hasPrefix(key + ".")
    }
  }

  /// The study of a generation: its potential is a committee, and its seed the generation's own.
  /// - Parameter models: paths.
  /// - Throws: ``InputError``.
  func study(rung: Int, generation: Int, models: [String]) throws -> StudyPlan {
    var document = try manifest(rung: rung)
    let seed = try bareStudy(rung: rung).manifest.simulation.seed
    var potential: [(String, Node?)] = [("nep", .list(models.map { .text($0) }))]
    if let base = train.recipe.base { potential.append(("base", .text(base.location))) }
    let force: (Double) -> Node = { .quantity($0, .force) }
    let deviations = Node.mapping(
      [
        ("candidates", force(window_eV_A.lowerBound)), ("stop", force(window_eV_A.upperBound)),
        ("most", .text(String(explore.most))),
      ], .flow)
    let settings = [
      ("potential", try flowText(.mapping(potential, .flow))),
      ("record.deviations", try flowText(deviations)),
      // The velocities of each generation are its own.
      ("seed", String((Int(clamping: seed) &+ 1000 &* generation) & Int.max)),
    ]
    for (path, text) in settings { document = try document.replacing(path, with: text) }
    return try StudyPlan(document)
  }
}
