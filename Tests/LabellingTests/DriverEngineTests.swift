import EngineSocket
import Foundation
import Mathematics
import Support
import TestSupport
import Testing

@testable import Labelling

/// Clients of the i-PI protocol: atoms on springs to the sites of a file, by their own unit conversions.
@Suite(.needs(.python)) struct DriverEngineTests {
  private func engine(
    _ folder: TemporaryFolder, _ options: String = "", clients: Int = 2, sites: String = "sites.extxyz",
    _ change: (inout DriverEngine.Settings) -> Void = { _ in }
  ) throws -> DriverEngine {
    let words = [
      try #require(Python.path), EngineClient.springs.path, "{socket}", "--structure", folder.file(sites),
    ]
    var settings = DriverEngine.Settings(
      command: ClientWords(words + options.split(separator: " ").map(String.init)))
    settings.clients = clients
    settings.timeout_s = 60
    change(&settings)
    return try DriverEngine(settings)
  }

  private func labeller(_ folder: TemporaryFolder, _ engine: DriverEngine) throws -> Labeller {
    try Labeller(
      LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("train.extxyz")), engine: engine)
  }

  private func frames(_ folder: TemporaryFolder, _ count: Int) throws -> [SampleFrame] {
    let samples = (0..<count).map { SampleFrame($0) }
    _ = try folder.frames("in.extxyz", samples)
    _ = try folder.frames("sites.extxyz", [SampleFrame(0)])
    return samples
  }

  /// What `springs.py` gives: k = 0.05 hartree/bohr² on the displacements from the sites, less their mean.
  private func wanted(_ sample: SampleFrame) -> FrameLabel {
    let k = 0.05 * 27.211386245988 / (0.529177210903 * 0.529177210903)
    var u = zip(sample.positions, SampleFrame(0).positions).map { $0 - $1 }
    let mean = u.reduce(Vector3(), +) / Double(u.count)
    u = u.map { $0 - mean }
    let volume = abs(dot(sample.cell[0], cross(sample.cell[1], sample.cell[2])))
    var stress = Tensor3()
    for v in u { stress.add(v, v * (k / volume)) }
    return FrameLabel(
      energy_eV: k / 2 * u.reduce(0) { $0 + dot($1, $1) }, forces_eV_A: u.map { $0 * -k },
      stress_eV_A3: stress)
  }

  /// The process ids that clients have printed.
  private func clients(_ folder: TemporaryFolder, _ number: Int) throws -> Int {
    let log = try folder.text("train.work/engine-\(number).log")
    return log.split(separator: "\n").count { $0.hasPrefix("client ") }
  }

  @Test func twoClientsShareFrames() throws {
    let folder = try TemporaryFolder()
    let samples = try frames(folder, 8)
    let report = try labeller(folder, try engine(folder, "--delay 0.05")).run()
    #expect(report.labelled == 8 && report.isComplete)
    let text = try folder.text("train.extxyz")
    let reader = try labelled(folder.file("train.extxyz"))
    #expect(reader.count == 8)
    for (sample, one) in zip(samples, reader) {
      #expect(difference(wanted(sample), one.label) < 1e-9)
    }
    #expect(try clients(folder, 1) == 1 && clients(folder, 2) == 1)
    // A second command starts nothing.
    let again = try labeller(folder, try engine(folder, "--delay 0.05")).run()
    #expect(again.labelled == 8)
    #expect(try clients(folder, 1) == 1)
    #expect(try folder.text("train.extxyz") == text)
  }

  /// An engine that computes no stress sends a virial of zeros.
  @Test func aStressThatIsNotComputedIsNotWritten() throws {
    let folder = try TemporaryFolder()
    _ = try frames(folder, 2)
    let report = try labeller(folder, try engine(folder, "--constant 0")).run()
    #expect(report.labelled == 2 && report.withoutStress == 2)
    #expect(try !folder.text("train.extxyz").contains("stress="))
  }

  /// A client is told of its atoms at its start: others get a new one. The output keeps the order of the frames.
  @Test func framesOfOtherAtomsGetNewClients() throws {
    let folder = try TemporaryFolder()
    let orders = [["F", "Li", "F"], ["Li", "F", "F"], ["F", "Li", "F"], ["Li", "F", "F"]]
    _ = try folder.frames("in.extxyz", orders.enumerated().map { SampleFrame($0 + 1, elements: $1) })
    _ = try folder.frames("sites.extxyz", [SampleFrame(0)])
    let report = try labeller(folder, try engine(folder, clients: 1)).run()
    #expect(report.labelled == 4)
    #expect(try clients(folder, 1) == 2)
    let found = try labelled(folder.file("train.extxyz"))
    #expect(found.map(\.frame.symbols) == orders)
    #expect(try folder.text("train.work/engine-1/structure.extxyz").contains("\nLi "))
  }

  /// A client that dies is replaced, and its frame tried again; no label is lost or wrong.
  @Test(arguments: ["die", "exit", "close", "half"]) func clientsThatDieAreReplaced(_ fault: String) throws {
    let folder = try TemporaryFolder()
    let samples = try frames(folder, 7)
    let report = try labeller(folder, try engine(folder, "--fault \(fault) --at 3", clients: 1)).run()
    #expect(report.labelled == 7, "\(report.refused)")
    for (sample, one) in zip(samples, try labelled(folder.file("train.extxyz"))) {
      #expect(difference(wanted(sample), one.label) < 1e-9)
    }
    // Each dies at its third frame, which is the first of the next one.
    #expect(try clients(folder, 1) == 4)
  }

  /// A client that ends between two frames is not the next frame's fault: that is tried by a new one, twice where need be.
  @Test func clientsThatLeaveAreReplaced() throws {
    let folder = try TemporaryFolder()
    _ = try frames(folder, 4)
    var request = LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("train.extxyz"))
    // Until the client has surely ended.
    request.progress = { _, _ in usleep(300_000) }
    let report = try Labeller(request, engine: try engine(folder, "--fault leave", clients: 1)).run()
    #expect(report.labelled == 4 && report.isComplete, "\(report.refused)")
    #expect(try clients(folder, 1) == 4)
  }

  /// A frame with forces that are none is refused for good, the others are labelled.
  @Test(arguments: [("nan", "the force on atom 2 as NaN"), ("energy", "the energy as NaN or infinity")])
  func numbersThatAreNoneAreRefused(_ fault: String, _ reason: String) throws {
    let folder = try TemporaryFolder()
    _ = try frames(folder, 4)
    let faulty = try engine(folder, "--fault \(fault) --at 3", clients: 1)
    let report = try labeller(folder, faulty).run()
    #expect(report.labelled == 3 && report.refused.count == 1)
    #expect(report.refused[0].text.contains(reason) && report.refused[0].source.hasSuffix("frame 3"))
    #expect(try folder.text("train.refused.extxyz").contains(reason))
    let again = try labeller(folder, faulty).run()
    #expect(again.refused.count == 1)
    #expect(try clients(folder, 1) == 2)
  }

  /// What may be an error of the engine's is tried again by the next command.
  @Test(arguments: [
    ("count", "on 2 atoms; wanted 3"), ("garbage", "HTTP/1.1 4"), ("init", "a second time"),
    ("extra", "-5 bytes"),
    ("silence", "nothing from the engine for 2 s"),
  ])
  func otherFaultsAreTriedAgainLater(_ fault: String, _ reason: String) throws {
    let folder = try TemporaryFolder()
    _ = try frames(folder, 3)
    let faulty = try engine(folder, "--fault \(fault) --at 2", clients: 1) { $0.timeout_s = 2 }
    let report = try labeller(folder, faulty).run()
    #expect(report.labelled == 2 && report.refused.map(\.source.last) == ["2"])
    #expect(report.refused[0].text.contains(reason), "\(report.refused[0].text)")
    // The one frame is the first of the new client.
    let again = try labeller(folder, faulty).run()
    #expect(again.labelled == 3 && again.isComplete)
    #expect(!folder.exists("train.refused.extxyz"))
  }

  @Test func brokenEnginesEnd() throws {
    let folder = try TemporaryFolder()
    _ = try frames(folder, 9)
    let error = try #require(throws: RunFailure.self) {
      try labeller(folder, try engine(folder, "--fault start")).run()
    }
    #expect(
      error.description.contains("no such functional: PBX") && error.description.contains("first 3 frames"))
    #expect(!folder.exists("train.extxyz"))
    // The word of the user is wrong.
    let absent = try #require(throws: InputError.self) {
      try labeller(
        folder,
        try DriverEngine(DriverEngine.Settings(command: ClientWords(["./no-such-program", "{socket}"])))
      ).run()
    }
    #expect(absent.description.contains("no-such-program") && absent.description.contains("--driver"))
  }

  /// TCP, a file beside the client, and a program named by a relative path's words.
  @Test func filesAndTCP() throws {
    let folder = try TemporaryFolder()
    let samples = try frames(folder, 3)
    let words = [
      try #require(Python.path), EngineClient.springs.path, "{host}:{port}", "--structure", "sites.extxyz",
    ]
    var settings = DriverEngine.Settings(command: ClientWords(words))
    settings.files = [folder.file("sites.extxyz")]
    settings.timeout_s = 60
    let engine = try DriverEngine(settings)
    #expect(try labeller(folder, engine).run().labelled == 3)
    let found = try labelled(folder.file("train.extxyz"))
    #expect(difference(wanted(samples[2]), found[2].label) < 1e-9)
    // The content of the file is part of the engine.
    _ = try folder.frames("sites.extxyz", [SampleFrame(1)])
    #expect(try DriverEngine(settings).identity.digest != engine.identity.digest)
    #expect(throws: InputError.self) { try labeller(folder, try DriverEngine(settings)) }
  }

  @Test(arguments: [
    (["client"], "{socket} in it"), (["client", "{sockett}"], "{sockett}"),
  ]) func badCommands(_ words: [String], _ message: String) throws {
    let error = try #require(throws: InputError.self) {
      try DriverEngine(DriverEngine.Settings(command: ClientWords(words)))
    }
    #expect(error.description.contains(message))
  }
}
