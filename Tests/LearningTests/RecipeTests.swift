import Foundation
import ManifestFormat
import Support
import TestSupport
import Testing

@testable import Learning

/// Recipes of loops: what they say, and mistakes in them.
@Suite struct RecipeTests {
  static let text = """
    learn: sample
    explore:
      study:
        system: {structure: nabh4}
        dynamics: {timestep: 1 fs}
        stages: {equilibrate: 10 fs, sample: 40 fs}
        sweep: {temperature: [300 K, 600 K]}
      ladder:
        - {stages.sample: 20 fs, generations: 2}
        - {stages.sample: 1 ps, sweep.temperature: [600 K]}
    start:
      rattle: {displacement: [0.03 Å, 0.1 Å], strain: 0.02, volume: [-3 %, 3 %], copies: 3}
      count: 12
    select: {count: 4, above: 0.1 eV/Å, below: 2 eV/Å}
    label: {potential: paddlewheel-ff}
    train: {recipe: {neurons: 5}, updates: 200}
    held-out: {every: 4}
    until: {deviation: 0.2 eV/Å, fraction: 99 %}
    budget: {generations: 3, labels: 100, time: 2 h}
    """

  static func recipe(_ text: String) throws -> LearningRecipe {
    try LearningRecipe.schema.decode(ManifestDocument(yaml: text, file: "learn.yaml").root)
  }

  @Test func valuesAndDefaults() throws {
    let recipe = try Self.recipe(Self.text)
    #expect(recipe.name == "sample" && recipe.start.count == 12 && recipe.select.count == 4)
    #expect(recipe.window_eV_A == 0.1...2)
    #expect(recipe.start.rattle?.volumeChanges_percent == [-3, 3])
    #expect(recipe.rungs.count == 2 && recipe.rungs[0].generations == 2 && recipe.rungs[1].generations == nil)
    #expect(recipe.train.recipe.committee == 4 && recipe.train.recipe.architecture.neurons == 5)
    #expect(recipe.budget.time_s == 7200 && recipe.until.fraction_percent == 99)
    #expect(LearningDecision(recipe).brokenIons == 0)
    let short = try Self.recipe(
      """
      learn: short
      explore: {study: {system: {structure: nabh4}, stages: {sample: 1 ps}, dynamics: {temperature: 300 K}}}
      start: {rattle: {copies: 2}}
      label: {driver: "client {socket}"}
      train: {recipe: {committee: 2}}
      until: {deviation: 0.1 eV/Å}
      """)
    #expect(short.window_eV_A == 0.1...2 && short.heldOut.every == 10 && short.budget.generations == 20)
    #expect(short.rungs == [LearningRecipe.Rung()] && short.train.recipe.committee == 2)
  }

  /// Each rung adds its changes to those before it; the committee is the potential, and bounds of the deviation are the window.
  @Test func rungsChangeTheStudy() throws {
    let recipe = try Self.recipe(Self.text)
    let first = try recipe.bareStudy(rung: 0)
    #expect(first.runs.map(\.temperature_K) == [300, 600] && first.manifest.sample_ps == 0.02)
    let second = try recipe.bareStudy(rung: 1)
    #expect(second.runs.map(\.temperature_K) == [600] && second.manifest.sample_ps == 1)
    let folder = try TemporaryFolder()
    let models = ["a.txt", "b.txt"].map { "\(folder.path)/\($0)" }
    for path in models {
      try Data(SmallNEP(["Na", "B", "H"]).text.utf8).write(to: URL(fileURLWithPath: path))
    }
    let plans = try (1...2).map { try recipe.study(rung: 0, generation: $0, models: models) }
    let simulation = try plans[0].manifest.simulation
    #expect(simulation.potential.nep?.models.count == 2)
    #expect(simulation.record.deviations?.candidates_eV_per_A == 0.1)
    #expect(simulation.record.deviations?.stop_eV_per_A == 2 && simulation.record.deviations?.most == 1000)
    #expect(plans[0].runs[0].seed != plans[1].runs[0].seed)
  }

  /// One mistake: the place, the key and parts of the message.
  struct Slip: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var line: Int
    var says: [String]
    var testDescription: String { new }

    init(_ old: String, _ new: String, _ line: Int, _ says: [String]) {
      (self.old, self.new, self.line, self.says) = (old, new, line, says)
    }
  }

  @Test(arguments: [
    Slip("select:", "selects:", 14, ["'selects'", "did you mean 'select'?"]),
    Slip("count: 4", "cuont: 4", 14, ["select.cuont", "did you mean 'count'?"]),
    Slip("learn: sample\n", "", 1, ["learn", "the name of the potential"]),
    Slip("above: 0.1", "above: 0.3", 14, ["found", "0.2 eV/Å", "never be labelled"]),
    Slip("below: 2 eV/Å", "below: 0.1 eV/Å", 14, ["more than 0.1 eV/Å"]),
    Slip("deviation: 0.2 eV/Å, ", "", 18, ["until.deviation", "a force, such as 0.2 eV/Å"]),
    Slip("fraction: 99 %", "fraction: 120 %", 18, ["a percentage up to 100 %"]),
    Slip("99 %}", "99 %, broken-ions: -1}", 18, ["until.broken-ions", "a whole number"]),
    Slip("{potential: paddlewheel-ff}", "{}", 15, ["one of potential, driver and template"]),
    Slip(
      "{potential: paddlewheel-ff}", "{potential: paddlewheel-ff, template: x}", 15,
      ["one of potential, driver and template"]),
    Slip("paddlewheel-ff}", "paddlewheel-ff, clients: 2}", 15, ["clients belongs to driver and template"]),
    Slip(
      "{potential: paddlewheel-ff}", "{template: x, ranks: 2}", 15, ["label.ranks", "ranks belongs to site"]),
    Slip("{neurons: 5}", "{neurons: 5, committee: 1}", 16, ["2 or more models"]),
    Slip("{neurons: 5}", "{data: {training: a.xyz}}", 16, ["data", "the loop makes the training set"]),
    Slip("{neurons: 5}", "{base: a.json}", 16, ["base", "a built-in force field"]),
    Slip("{neurons: 5}", "missing.yaml", 16, ["missing.yaml", "there is no such file"]),
    Slip("every: 4", "every: 4, frames: a.xyz", 17, ["frames or every, but not both"]),
    Slip("start:\n", "start:\n  frames: a.xyz\n", 12, ["but not both"]),
    Slip("stages.sample: 1 ps", "potential: paddlewheel-ff", 10, ["the loop sets this one"]),
    Slip("stages.sample: 1 ps", "generations: none", 10, ["a whole number"]),
    Slip(
      "{timestep: 1 fs}", "{timestep: 1 fs}\n    record: {deviations: {most: 3}}", 6, ["record.deviations"]),
    Slip("{temperature: [300", "{potential.nep: [a, b], temperature: [300", 7, ["an axis of potentials"]),
    Slip("copies: 3", "copies: 0", 12, ["copies", "a whole number"]),
    Slip("0.1 Å]", "3 Å]", 12, ["a length up to 2 Å"]),
    Slip("time: 2 h", "time: 2", 19, ["a wall time", "the unit is missing"]),
  ])
  func mistakesAreNamed(_ slip: Slip) throws {
    #expect(Self.text.contains(slip.old))
    let error = try #require(throws: InputError.self) {
      try Self.recipe(Self.text.replacing(slip.old, with: slip.new))
    }
    #expect(error.place?.line == slip.line, "\(error)")
    for part in slip.says { #expect("\(error)".contains(part), "\(error)") }
  }

  /// What is wrong in a manifest within the recipe, or in a rung, is named with its line there.
  @Test(arguments: [
    ("{timestep: 1 fs}", "{timestep: 1 s}", 5), ("{structure: nabh4}", "{structur: nabh4}", 4),
    ("stages.sample: 1 ps", "stages.sampel: 1 ps", 10), ("stages.sample: 1 ps", "study.name: 1 ps", 10),
  ])
  func mistakesOfTheStudyAreNamed(_ old: String, _ new: String, _ line: Int) throws {
    let recipe = try Self.recipe(Self.text.replacing(old, with: new))
    let error = try #require(throws: InputError.self) { try recipe.bareStudy(rung: 1) }
    #expect(error.place?.line == line && error.place?.file == "learn.yaml", "\(error)")
  }

  /// No generation labels more than is left, the first included.
  @Test func labelsStayWithinTheBudget() throws {
    func counts(_ budget: String) throws -> [Int] {
      let recipe = try Self.recipe(Self.text.replacing("labels: 100", with: budget))
      var earlier: [Generation] = []
      return (0..<4).map { number in
        let count = recipe.labelCount(after: earlier)
        var generation = Generation(number: number, rung: 0)
        generation.labelled = LabelRecord()
        generation.labelled?.labelled = count
        earlier.append(generation)
        return count
      }
    }
    #expect(try counts("labels: 100") == [12, 4, 4, 4])
    #expect(try counts("labels: 18") == [12, 4, 2, 0])
    #expect(try counts("labels: 7") == [7, 0, 0, 0])
  }

  /// Budget and fraction may change in a folder, nothing else.
  @Test func otherSettingsAreAnotherLoop() throws {
    func digest(_ edits: (String, String)...) throws -> String {
      var text = Self.text
      for (old, new) in edits {
        #expect(text.contains(old))
        text = text.replacing(old, with: new)
      }
      let recipe = try Self.recipe(text)
      return try recipe.digest(recipe.bareStudy(rung: 0))
    }
    let first = try digest()
    #expect(try digest(("labels: 100", "labels: 200"), ("99 %", "90 %, broken-ions: 3")) == first)
    for (old, new) in [
      ("0.2 eV/Å", "0.3 eV/Å"), ("count: 4", "count: 5"), ("neurons: 5", "neurons: 6"), ("300 K", "310 K"),
      ("1 ps", "2 ps"), ("copies: 3", "copies: 4"), ("every: 4", "every: 5"),
    ] { #expect(try digest((old, new)) != first, "\(new)") }
  }
}
