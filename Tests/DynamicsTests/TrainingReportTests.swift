import Crystal
import Foundation
import Mathematics
import PotentialKeys
import Support
import TestSupport
import Testing

@testable import Forces
@testable import Model
@testable import NEP
@testable import Report
@testable import SinglePoints
@testable import Training
@testable import TrainingReport

extension Engine {
  /// `training.html` and the errors in `training.json`.
  @Suite(.needs(.gnuplot)) struct TrainingReportTests {
    /// Two kinds of salt from two sources.
    private static let frames = [
      LabelledSample("nabh4", system: "NaBH4", source: "shaken", seed: 1),
      LabelledSample("nabh4", system: "NaBH4", source: "sheared", seed: 2),
      LabelledSample("na2b12h12-bcc", system: "Na2B12H12", source: "shaken", seed: 3),
      LabelledSample("na2b12h12-bcc", system: "Na2B12H12", source: "sheared", seed: 4),
    ]

    /// Everything in the tables against `paddlewheel energies`, which evaluates the model with the engine's own kernel.
    @Test(arguments: [nil, "paddlewheel-ff"]) func errorsAreThoseOfEnergies(_ base: String?) throws {
      let sample = try TrainedSample(training: Self.frames, validation: Self.frames.shifted, base: base)
      let summary = try sample.summary()
      let validation = try #require(summary.errors.validation)
      for (file, set) in [("train", summary.errors.training), ("test", validation)] {
        let energies = try sample.energies(file)
        try same(set.all, try #require(energies.all))
        #expect(set.systems.map(\.name) == ["NaBH4", "Na2B12H12"])
        for (one, other) in zip(set.systems, energies.systems) { try same(one, other) }
        let bySource = try sample.energies(file) {
          $0.replacing("system=", with: "x=").replacing("source=", with: "system=")
        }
        #expect(set.sources.map(\.name) == bySource.systems.map(\.system))
        for (one, other) in zip(set.sources, bySource.systems) { try same(one, other) }
        #expect(set.framesWithoutIons == 0)
        #expect(set.atoms == (try sample.read(file).reduce(0) { $0 + $1.symbols.count }))
      }
      // Net forces and torques of both anions are there.
      for ion in ["BH4", "B12H12"] {
        #expect(validation.all[.netForce, .ion(ion)] != nil && validation.all[.torque, .ion(ion)] != nil)
      }
    }

    /// - Throws: where a quantity is missing.
    private func same(_ part: FrameErrors.Part, _ other: FrameEnergies.Errors) throws {
      #expect(part.frames == other.frames && part.rows.count == other.rows.count)
      for row in other.rows {
        let one = try #require(part[row.group.quantity, row.group.members])
        let wanted = row.errors
        #expect(one.count == wanted.count, "\(row.group)")
        // The model's file has its parameters in seven digits.
        let scale = max(wanted.rms, wanted.referenceRMS * 1e-3)
        #expect(abs(one.rms - wanted.rms) < 1e-4 * scale, "\(row.group) \(one.rms) \(wanted.rms)")
        #expect(abs(one.mean - wanted.mean) < 1e-4 * scale, "\(row.group)")
        #expect(abs(one.referenceRMS - wanted.referenceRMS) < 1e-9 * wanted.referenceRMS, "\(row.group)")
      }
    }

    /// Against the predictions in GPUMD's columns.
    @Test func worstFramesAreThoseOfThePredictions() throws {
      let sample = try TrainedSample(training: Self.frames, validation: Self.frames.shifted)
      let worst = try #require(try sample.summary().errors.validation).worst
      #expect(worst.count == 4)
      let forces = try sample.columns("force_test.out").map { row in
        length(Vector3(row[0] - row[3], row[1] - row[4], row[2] - row[5]))
      }
      let energies = try sample.columns("energy_test.out").map { $0[0] - $0[1] }
      var start = 0
      for (number, frame) in try sample.read("test").enumerated() {
        let errors = forces[start..<(start + frame.symbols.count)]
        start += frame.symbols.count
        let one = try #require(worst.first { $0.origin.frame == number + 1 })
        let force = try #require(one.largestForce)
        #expect(abs(force.error_eV_A - (errors.max() ?? 0)) < 1e-5)
        #expect(abs(errors[errors.startIndex + force.atom - 1] - force.error_eV_A) < 1e-5)
        #expect(force.element == frame.symbols[force.atom - 1])
        let square = errors.reduce(0) { $0 + $1 * $1 } / Double(3 * errors.count)
        #expect(abs((one.forceError_eV_A ?? 0) - square.squareRoot()) < 1e-5)
        #expect(abs((one.energyError_eV ?? 0) - energies[number]) < 1e-6 * abs(energies[number]) + 1e-6)
      }
      let sizes = worst.compactMap { $0.largestForce?.error_eV_A }
      #expect(sizes == sizes.sorted(by: >))
    }

    @Test func pageHoldsTheNumbersAndNeedsNoNetwork() async throws {
      let sample = try TrainedSample(training: Self.frames, validation: Self.frames.shifted, epochs: 3)
      let page = try await writeTrainingReport(folder: sample.output)
      #expect(page == sample.output + "/training.html")
      let html = try String(contentsOfFile: page, encoding: .utf8)
      let content = XMLContent(html)
      #expect(content.error == nil)
      #expect(content.elements["svg"] == 6)
      expectSelfContained(html, content)
      let errors = try sample.summary().errors
      let validation = try #require(errors.validation)
      let shown = [
        validation.all[.energy]?.rms, validation.all[.netForce, .ion("B12H12")]?.rms,
        validation.all[.force, .element("Na")]?.rms, errors.training.all[.torque, .ion("BH4")]?.rms,
        validation.sources.first?[.force]?.rms, validation.systems.last?[.stress]?.rms,
        errors.training.worst.first?.largestForce?.error_eV_A,
      ]
      for number in shown {
        let value: Double = try #require(number)
        #expect(content.text.contains(NumberText.plain(value)))
      }
      for text in ["NEP5", "4 frames of together", "for 3 epochs", "Na, B and H", "shaken", "train.xyz 2"] {
        #expect(content.text.contains(text), "\(text)")
      }
      #expect(content.text.contains("only 4 validation frames"))
      #expect(!content.text.contains("no validation frames"))
      // All points are drawn: three components of each atom.
      let rows = try String(contentsOfFile: sample.output + "/figures/parity-force.dat", encoding: .utf8)
        .split(separator: "\n").filter { !$0.hasPrefix("#") }
      #expect(rows.count == 3 * (try sample.read("test").reduce(0) { $0 + $1.symbols.count }))
    }

    /// Many frames: as many points as fit a page, from all of them, and all atoms of the frame.
    @Test func manyPointsAreChosenEvenly() throws {
      let sample = try TrainedSample(training: [LabelledSample("nabh4", seed: 8)], validation: [], epochs: 1)
      let frames = try LabelledFrames(
        TrainingFiles(training: [sample.trainingFile], validation: [], keys: ReferenceKeys()))
      let model = try NEPModel.load(path: TrainingFolder(sample.output).model)
      let prepared = try frames.prepared(
        for: model, base: nil, rules: IonRules(), needsIons: false, communicator: .alone())
      let one = TrainingPrediction(prepared.training[0], try NEPGradient(model, precision: .double))
      let count = 2000
      let points = ParityPoints(
        .init(repeating: frames.training[0], count: count), .init(repeating: one, count: count))
      #expect(points.energies?.count == count && points.energies?.labels.count == 1500)
      let symbols = frames.training[0].frame.symbols
      for (element, series) in zip(["B", "H", "Na"], points.forces) {
        #expect(series.element == element && series.count == 3 * count * symbols.count { $0 == element })
        #expect(series.labels.count == 1000 && series.predictions.count == 1000)
        // All components of all atoms come.
        #expect(Set(series.labels).count == Set(components(of: element, frames.training[0])).count)
      }
    }

    private func components(of element: String, _ entry: LabelledFrames.Entry) -> [Double] {
      zip(entry.frame.symbols, entry.reference.forces_eV_A ?? []).filter { $0.0 == element }.flatMap {
        [$1.x, $1.y, $1.z].map { ($0 * 1e6).rounded() / 1e6 }
      }
    }

    @Test func oneFrameWithoutForcesAndValidation() async throws {
      let sample = try TrainedSample(
        training: [LabelledSample("nabh4", seed: 5, labels: [.energy])], validation: [], epochs: 1)
      let errors = try sample.summary().errors
      #expect(errors.validation == nil && errors.training.points.forces.isEmpty)
      #expect(errors.training.all[.force] == nil && errors.training.all[.energy]?.count == 1)
      let html = try String(contentsOfFile: await writeTrainingReport(folder: sample.output), encoding: .utf8)
      let content = XMLContent(html)
      #expect(content.error == nil)
      expectSelfContained(html, content)
      #expect(content.ids.contains("figure-parity-energy"))
      #expect(!content.ids.contains("figure-parity-force") && !content.ids.contains("figure-learning-force"))
      for text in ["no validation frames", "have no forces", "1 of 1 training frames have no stress"] {
        #expect(content.text.contains(text), "\(text)")
      }
      #expect(!content.text.contains("by source") && !content.text.contains("By kind of ion"))
      #expect(content.words.isDisjoint(with: ["nan", "NaN", "inf", "nil", "Optional"]))
    }

    @Test func committeesAreCompared() async throws {
      let sample = try TrainedSample(
        training: Self.frames.filter { $0.system == "NaBH4" },
        validation: Self.frames.shifted.filter { $0.system == "NaBH4" },
        committee: 2)
      let html = try String(contentsOfFile: await writeTrainingReport(folder: sample.output), encoding: .utf8)
      let content = XMLContent(html)
      #expect(content.error == nil && html.contains("href=\"model-2/training.html\""))
      expectSelfContained(html, content)
      let forces = try (1...2).map { number in
        try #require(try sample.summary(number).errors.validation?.all[.force]?.rms)
      }
      #expect(forces[0] != forces[1])
      let mean = (forces[0] + forces[1]) / 2
      let deviation = abs(forces[0] - forces[1]) / 2.0.squareRoot()
      for number in forces + [mean, deviation] { #expect(content.text.contains(NumberText.plain(number))) }
      let member = XMLContent(
        try String(contentsOfFile: sample.output + "/model-2/training.html", encoding: .utf8))
      #expect(member.text.contains("model 2 of 2") && member.elements["svg"] == 6)
      // One that is not trained yet.
      try FileManager.default.removeItem(atPath: sample.output + "/model-1")
      let rest = XMLContent(
        try String(contentsOfFile: await writeTrainingReport(folder: sample.output), encoding: .utf8))
      #expect(rest.text.contains("1 of 2 models are not trained yet"))
    }

    @Test func textOfTheFilesStaysText() async throws {
      let evil = "<script>alert('1')</script>&{{title}}"
      let sample = try TrainedSample(
        training: [LabelledSample("nabh4", system: evil, source: evil, seed: 6)], validation: [])
      let content = XMLContent(
        try String(contentsOfFile: await writeTrainingReport(folder: sample.output), encoding: .utf8))
      #expect(content.error == nil && content.elements["script"] == nil && content.text.contains(evil))
    }

    @Test func problemsAreSaid() async throws {
      let sample = try TrainedSample(
        training: [LabelledSample("nabh4", seed: 7)], validation: [])
      // The page without figures.
      let missing = await #expect(throws: ReportError.self) {
        try await writeTrainingReport(folder: sample.output, environment: ["PATH": "/nowhere"])
      }
      #expect(missing?.description.contains("gnuplot") == true)
      let content = XMLContent(
        try String(contentsOfFile: sample.output + "/training.html", encoding: .utf8))
      #expect(content.error == nil && content.elements["svg"] == nil)
      #expect(content.text.contains("gnuplot was not found"))
      try Data("{".utf8).write(to: URL(fileURLWithPath: sample.output + "/training.json"))
      let damaged = await #expect(throws: InputError.self) {
        try await writeTrainingReport(folder: sample.output)
      }
      #expect(damaged?.description.contains("damaged") == true)
      let empty = try TemporaryFolder()
      let none = await #expect(throws: InputError.self) { try await writeTrainingReport(folder: empty.path) }
      #expect(none?.description.contains("no trained model") == true)
    }

    /// Nothing that a browser would download, and no id twice.
    private func expectSelfContained(_ html: String, _ content: XMLContent) {
      #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("<link"))
      #expect(!html.contains("url(") || !html.contains("url(http"))
      #expect(Set(content.ids).count == content.ids.count)
      #expect(content.references.allSatisfy(Set(content.ids).contains))
    }
  }
}
