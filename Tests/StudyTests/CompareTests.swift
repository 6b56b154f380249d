import Analysis
import Foundation
import Testing

@testable import Compare
@testable import Manifest
@testable import Mechanism
@testable import Results
@testable import StudyStore
@testable import Support

/// Results against printed numbers.
struct CompareTests {
  private static let head = "title: A paper\ncitation: Somebody (2020)\ntargets:\n"

  private static let plain = """
      - what: D of the free salt
        source: Table 1
        study: example
        where: {dynamics.freeze: none}
        temperature: 600 K
        quantity: diffusivity
        printed: 2.0e-5 cm^2/s
    """

  /// A study of two sets with results that are written by hand.
  private func withStudy(_ body: (StudyDirectory) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let text = """
        study: example
        system: {structure: na2b12h12-bcc}
        dynamics: {ensemble: nvt}
        stages: {sample: 1 ps}
        sweep: {temperature: [500 K, 600 K], dynamics.freeze: [none, B12H12], system.composition: [0]}
        """.replacing(", system.composition: [0]", with: "")
      try write(text, to: "\(folder)/example.yaml")
      let study = try StudyDirectory(
        creating: "\(folder)/study", plan: StudyPlan(manifestAt: "\(folder)/example.yaml"))
      let sets = [("none", 0.2, nil), ("B12H12", nil, 0.001)].map { freeze, value, bound in
        var hot = TemperatureSummary(
          temperature_K: 600, outcome: value == nil ? .didNotDiffuse : .measured)
        hot.diffusivity_A2_per_ps = value
        hot.diffusivityError = value.map { $0 / 20 }
        hot.upperBound_A2_per_ps = bound
        hot.sampled_ps = 100
        hot.activeFraction = 0.5
        hot.activeFractionError = 0.01
        hot.activeFractionErrorSource = .binomial
        hot.replicas = 1
        hot.observables = [
          ObservableValue(name: "interstice-share", series: "linear", value: 0.3, error: 0.01, unit: "1"),
          ObservableValue(name: "interstice-share", series: "trigonal", value: 0.6, error: 0.01, unit: "1"),
          ObservableValue(
            name: "correlation-time-2", series: "B12H12", value: nil, error: nil, unit: "ps",
            warning: .rotationTooSlow(longerThan_ps: 50)),
        ]
        var set = SetSummary(point: ["dynamics.freeze": freeze], temperatures: [hot])
        set.activationEnergy_eV = value == nil ? nil : 0.14
        set.activationEnergyError_eV = value == nil ? nil : 0.005
        set.warnings = value == nil ? [.tooFewTemperatures(found: 0)] : []
        return set
      }
      let summary = StudySummary(study: "example", sets: sets, complete: true, missing: [])
      try FileManager.default.createDirectory(atPath: study.resultsPath, withIntermediateDirectories: true)
      try JSONEncoder().encode(summary).write(
        to: URL(fileURLWithPath: "\(study.resultsPath)/summary.json"))
      try JSONEncoder().encode(StudyCurves(sets: [], runs: [])).write(
        to: URL(fileURLWithPath: "\(study.resultsPath)/curves.json"))
      try body(study)
    }
  }

  private func rows(_ targets: String, _ study: StudyDirectory) throws -> [ComparisonRow] {
    try Comparison(TargetFile(yaml: Self.head + targets, file: "t.yaml"), directories: [study]).rows
  }

  /// `compare-matches-nothing`: a list of one ion is that ion; what no set has is answered by what they have.
  @Test func wherePointsMatchByMeaning() throws {
    try withStudy { study in
      for text in ["B12H12", "[B12H12]", "'[B12H12]'"] {
        let row = try #require(
          try rows(changed([("dynamics.freeze: none", "dynamics.freeze: \(text)")]), study).first)
        #expect(row.upperBound != nil, "\(text): \(row)")
      }
      let none = try #require(
        try rows(changed([("dynamics.freeze: none", "dynamics.freeze: BH4")]), study).first)
      #expect(none.note?.contains("dynamics.freeze: none; dynamics.freeze: B12H12") == true, "\(none)")
    }
  }

  private func changed(_ edits: [(String, String)]) -> String {
    edits.reduce(Self.plain) { $0.replacing($1.0, with: $1.1) }
  }

  /// 0.2 Å²/ps is 2e-5 cm²/s.
  @Test func unitsAreThoseThatArePrinted() throws {
    try withStudy { study in
      let row = try #require(try rows(Self.plain, study).first)
      #expect(row.unit == "cm^2/s")
      #expect(abs((row.value ?? 0) - 2e-5) < 1e-18)
      #expect(abs((row.ratio ?? 0) - 1) < 1e-12)
      #expect(row.verdict == .agrees)
      let bound = try rows(changed([("printed: 2.0e-5 cm^2/s", "expected: {above: 1e-5 cm^2/s}")]), study)
      #expect(bound.first?.unit == "cm^2/s" && bound.first?.verdict == .agrees)
      let energy = try rows(
        changed([("quantity: diffusivity", "quantity: activation-energy"), ("2.0e-5 cm^2/s", "137 meV")]),
        study)
      #expect(abs((energy.first?.value ?? 0) - 140) < 1e-9)
      #expect(energy.first?.verdict == .agrees)
      let share = changed([
        ("quantity: diffusivity", "quantity: interstice-share\n    series: linear"),
        ("2.0e-5 cm^2/s", "0.60"),
      ])
      #expect(try rows(share, study).first?.verdict == .differs)
    }
  }

  /// A rotation that is too slow for the runs has a lower bound of its time.
  @Test func correlationTimesBeyondTheRunHaveALowerBound() throws {
    try withStudy { study in
      let time = changed([
        ("quantity: diffusivity", "quantity: correlation-time-2"),
        ("printed: 2.0e-5 cm^2/s", "expected: {above: 40 ps}"),
      ])
      let row = try #require(try rows(time, study).first)
      #expect(row.value == nil && row.lowerBound == 50 && row.verdict == .agrees)
      #expect(row.note == "\(Warning.rotationTooSlow(longerThan_ps: 50))")
    }
  }

  /// A binomial error is too small to compare with.
  @Test func binomialErrorsAreNotCompared() throws {
    try withStudy { study in
      let fraction = changed([
        ("quantity: diffusivity", "quantity: active-fraction"), ("2.0e-5 cm^2/s", "0.50"),
      ])
      let row = try #require(try rows(fraction, study).first)
      #expect(row.value == 0.5 && row.error == nil && row.verdict == .notSampledEnough)
      #expect(row.note == "\(Warning.binomialError)")
    }
  }

  @Test(arguments: [
    ("system.composition", ComparedKey.composition),
    ("dynamics.mass-scale.Na", .massScale(species: "Na")), ("system.vacancies", .other("system.vacancies")),
  ])
  func keysOfTrends(_ path: String, _ key: ComparedKey) {
    #expect(ComparedKey(path) == key && key.path == path)
  }

  @Test func formsAreComputed() throws {
    try withStudy { study in
      let ratio = changed([
        (
          "where: {dynamics.freeze: none}",
          "where: {dynamics.freeze: B12H12}\n    over: {dynamics.freeze: none}"
        ),
        ("printed: 2.0e-5 cm^2/s", "expected: {below: 0.1}"),
      ])
      let row = try #require(try rows(ratio, study).first)
      #expect(row.value == nil && row.verdict == .agrees && row.unit.isEmpty)
      // 0.001/0.2 and 1.645 errors of 5 %.
      #expect(abs((row.upperBound ?? 0) - 0.005 * exp(1.6448536 * 0.05)) < 1e-9)
      let difference = changed([
        (
          "where: {dynamics.freeze: none}",
          "where: {dynamics.freeze: B12H12}\n    minus: {dynamics.freeze: none}"
        ),
        ("quantity: diffusivity", "quantity: interstice-share\n    series: linear"),
        ("printed: 2.0e-5 cm^2/s", "expected: {from: -0.1, to: 0.1}"),
      ])
      #expect(try rows(difference, study).first?.verdict == .agrees)
    }
  }

  /// A missing result is not sampled, and the note says why.
  @Test(arguments: [
    ("study: example", "study: other", "no study named other"),
    ("temperature: 600 K", "temperature: 700 K", "nothing was sampled at 700 K, but at 600 K"),
    ("where: {dynamics.freeze: none}", "where: {dynamics.freeze: Na}", "no set of the study has"),
    ("    where: {dynamics.freeze: none}\n", "", "2 sets fit the study"),
    ("quantity: diffusivity", "quantity: haven-ratio", "no haven-ratio"),
    ("quantity: diffusivity", "quantity: interstice-share", "of linear, trigonal"),
  ])
  func whatIsMissingIsExplained(_ old: String, _ new: String, _ words: String) throws {
    try withStudy { study in
      let edited = changed([(old, new)]).replacing(
        new.contains("haven") || new.contains("share") ? "2.0e-5 cm^2/s" : "####", with: "0.5")
      let row = try #require(try rows(edited, study).first)
      #expect(row.verdict == .notSampledEnough && row.value == nil)
      #expect(row.note?.contains(words) == true, "\(row.note ?? "")")
    }
  }

  @Test(arguments: [
    ("quantity: diffusivity", "quantity: difusivity", "did you mean 'diffusivity'"),
    ("printed: 2.0e-5 cm^2/s", "printed: 2.0e-5", "the unit is missing"),
    ("printed: 2.0e-5 cm^2/s", "printed: 2.0e-5 eV", "not a unit of a diffusivity"),
    ("    temperature: 600 K\n", "", "belongs to one temperature"),
    ("printed: 2.0e-5 cm^2/s", "expected: rising", "either 'printed'"),
    ("printed: 2.0e-5 cm^2/s", "expected: {from: 2 cm^2/s, to: 1 cm^2/s}", "either 'printed'"),
    ("printed: 2.0e-5 cm^2/s", "expected: {below: 1 cm^2/s}\n    printed: 1 cm^2/s", "either 'printed'"),
    ("    printed: 2.0e-5 cm^2/s", "", "either 'printed'"),
    ("source: Table 1", "sourc: Table 1", "did you mean 'source'"),
    ("    source: Table 1\n", "", "source"),
    (
      "printed: 2.0e-5 cm^2/s", "expected: {below: 1 cm^2/s}\n    sampled: 50 ps",
      "only beside a printed number"
    ),
    ("where: {dynamics.freeze: none}", "over: {a: 1}\n    minus: {a: 1}", "one of over, minus and along"),
  ])
  func badTargetsAreNamed(_ old: String, _ new: String, _ words: String) {
    let error = #expect(throws: InputError.self) {
      try TargetFile(yaml: Self.head + changed([(old, new)]), file: "t.yaml")
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line != nil)
  }

  /// The files that come with the program are read, and name studies of `jobs/`.
  @Test(arguments: ["kweon2017", "oh2024", "tsai2023"])
  func shippedTargetsAreSound(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
      .standardized
    let file = try TargetFile(contentsOf: root.appendingPathComponent("targets/\(name).yaml").path)
    #expect(file.targets.count > 10)
    for study in Set(file.targets.map(\.study)) {
      for size in ["paper", "smoke"] {
        let path = root.appendingPathComponent("jobs/\(size)/\(study).yaml").path
        #expect(try StudyPlan(manifestAt: path).manifest.study == study, "\(path)")
      }
    }
  }

  /// Every manifest of `jobs/` is one.
  @Test func jobsArePlans() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../jobs"
    ).standardized
    let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    let manifests = files.filter { $0.hasSuffix(".yaml") }
    #expect(manifests.count >= 23)
    for file in manifests {
      let plan = try StudyPlan(manifestAt: root.appendingPathComponent(file).path)
      #expect(!plan.runs.isEmpty, "\(file)")
    }
  }
}
