import Foundation
import Testing

@testable import Mechanism
@testable import Results
@testable import Support

/// How results are gathered and written, whatever the number of runs.
struct AggregateFileTests {
  @Test func curvesAreWrittenAsOneEncoderWould() throws {
    var temperature = TemperatureCurves(
      temperature_K: 500, lag_ps: [1, 2.5e-7], msd_A2: [0.1, 1 / 3], msdError_A2: [nil, 0.2],
      fitWindow_ps: nil,
      activeCutoff_A2: [], activeFraction: [1], activeFractionMax: [1])
    temperature.observables = [
      ObservableCurve(observable: "a/b", series: "Na–\"BH4\"\n", x: [1], y: [nil], error: [2])
    ]
    let series = RunSeries(
      run: "0000", time_ps: [0, 1], temperature_K: [], potentialEnergy_eV: [-1, 0], conservedEnergy_eV: [],
      atomCount: 9)
    var curves = StudyCurves(
      sets: [SetCurves(temperatures: [temperature], fit: []), SetCurves(temperatures: [], fit: [])],
      runs: [series, series])
    let path = FileManager.default.temporaryDirectory.path + "/curves-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for count in [nil, 1000] {
      curves.allRuns = count
      try CurvesFile.write(curves, to: path)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let wanted = try encoder.encode(curves) + Data("\n".utf8)
      #expect(FileManager.default.contents(atPath: path) == wanted)
    }
  }

  /// Late results hold back the others; none is lost, and no more wait than allowed.
  @Test func piecesAreHandedOnInOrder() throws {
    let order = Order()
    let handover = OrderedReducer<Int>(count: 200, ahead: 8) { piece, index in
      #expect(piece == 3 * index)
      order.indices.append(index)
    }
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      while let index = handover.begin() {
        if index % 17 == 0 { usleep(2000) }
        handover.submit(3 * index, index)
      }
    }
    try handover.finish()
    #expect(order.indices == Array(0..<200))
  }

  @Test func anErrorEndsTheWork() {
    let handover = OrderedReducer<Int>(count: 1000, ahead: 8) { _, index in
      if index == 5 { throw RunFailure("full disk") }
    }
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      while let index = handover.begin() { handover.submit(index, index) }
    }
    #expect(throws: RunFailure.self) { try handover.finish() }
  }

  /// Accessed by one thread at a time, which is what is tested.
  private final class Order: @unchecked Sendable { var indices: [Int] = [] }
}
