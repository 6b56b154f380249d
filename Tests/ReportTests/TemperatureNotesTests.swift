import Analysis
import Mechanism
import Testing

@testable import Report
@testable import Results

@Suite struct TemperatureNotesTests {
  /// Alike notes are one line; those with other numbers are named, not repeated.
  @Test func eachIsSaidOnce() {
    var notes = TemperatureNotes()
    for kelvin in [500.0, 600, 700, 800] { notes.add("too short", key: "a", at: kelvin) }
    notes.add("3 hops", key: "b", at: 500)
    notes.add("5 hops", key: "b", at: 700)
    notes.add("alone", key: "c", at: 800)
    #expect(
      notes.lines(all_K: [500, 600, 700, 800]) == [
        "500–800 K: too short", "500 K: 3 hops; likewise, with other numbers, at 700 K", "800 K: alone",
      ])
    #expect(TemperatureNotes.span([500, 700, 800], of: [500, 600, 700, 800]) == "500, 700, 800 K")
  }

  /// Two temperatures, or an interval over more than a factor of 100, give no extrapolated conductivity.
  @Test func extrapolationsNeedThreeTemperatures() {
    var set = Sample.summary().sets[0]
    #expect(set.objection(to: set.extrapolated[0]) == nil)
    set.extrapolated[0].interval95 = [0.01, 1.5]
    #expect(set.objection(to: set.extrapolated[0])?.contains("factor of 100") == true)
    set.extrapolated[0].interval95 = [1, 2]
    set.temperatures.removeLast(2)
    #expect(set.objection(to: set.extrapolated[0])?.contains("2 temperatures") == true)
    var summary = Sample.summary()
    summary.sets = [set]
    let verdict = StudyVerdict(summary)
    #expect(verdict.unknown.contains { $0.hasPrefix("σ at 300 K") && $0.contains("2 temperatures") })
    #expect(verdict.needed.contains { $0.contains("an extrapolation: 3 temperatures") })
    #expect(SetWords(set: set, curves: nil).sentence(.conductivity)?.contains("not determined") == true)
  }

  /// The sampling that an error of 10 % takes: 13 % over 100 ps needs 69 ps more.
  @Test func whatItWouldTake() {
    let verdict = StudyVerdict(Sample.summary())
    #expect(verdict.known.contains { $0.contains("activation energy: 0.126 ± 0.013 eV") })
    #expect(verdict.needed.contains { $0.contains("D ± 10 % at 500 K") && $0.contains("the 100 ps sampled") })
  }

  /// Every number of the catalogue belongs to one section, and every curve is drawn in one.
  @Test func everyObservableHasItsQuestion() {
    let placed = Question.allCases.flatMap(\.values) + ["rotation-activation-energy"]
    #expect(Set(placed).count == placed.count)
    for value in ObservableCatalogue.values { #expect(placed.contains(value.name), "\(value.name)") }
    let drawn = Question.allCases.flatMap { $0.figures + $0.folded }
    #expect(Set(drawn).count == drawn.count)
    for curve in ObservableCatalogue.curves { #expect(drawn.contains(curve.name), "\(curve.name)") }
  }
}
