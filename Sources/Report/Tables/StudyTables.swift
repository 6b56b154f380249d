import Mechanism
import Results

/// The CSV tables of a study.
struct StudyTables {
  let summary: StudySummary
  let curves: StudyCurves
  /// The first columns.
  private let axes: [String]

  init(_ summary: StudySummary, _ curves: StudyCurves) {
    self.summary = summary
    self.curves = curves
    axes = Set(summary.sets.flatMap(\.point.keys)).sorted()
  }

  /// The content of the files by name.
  var texts: [String: String] {
    var texts: [String: String] = [:]
    func add<Row>(_ table: Table<Row>, evenIfEmpty: Bool = true, _ rows: [([String: String], Row)]) {
      guard evenIfEmpty || !rows.isEmpty else { return }
      texts[table.name] = table.csv(axes: axes, rows.map { (point: $0.0, row: $0.1) }).text
    }
    add(TransportTables.diffusivity, temperatures { set, t in [.init(set: set, t: t)] })
    add(TransportTables.arrhenius, summary.sets.map { ($0.point, $0) })
    add(
      TransportTables.conductivity, summary.sets.flatMap { set in set.extrapolated.map { (set.point, $0) } })
    add(
      TransportTables.arrheniusLine,
      zip(summary.sets, curves.sets).flatMap { set, c in c.fit.map { (set.point, $0) } })
    add(CurveTables.activeIons, curvePoints { $0.activeCutoff_A2.indices })
    add(CurveTables.msd, curvePoints { $0.lag_ps.indices })
    add(MechanismTables.values, values)
    for curve in ObservableCatalogue.curves {
      add(MechanismTables.curve(curve), evenIfEmpty: false, points(of: curve.name))
    }
    add(MechanismTables.events, evenIfEmpty: false, instants)
    addComparisons(to: &texts)
    return texts
  }

  private func temperatures<Row>(_ rows: (SetSummary, TemperatureSummary) -> [Row]) -> [(
    [String: String], Row
  )] {
    summary.sets.flatMap { set in set.temperatures.flatMap { rows(set, $0) }.map { (set.point, $0) } }
  }

  private func curvePoints(_ indices: (TemperatureCurves) -> Range<Int>) -> [(
    [String: String], CurveTables.Point
  )] {
    zip(summary.sets, curves.sets).flatMap { set, curve in
      curve.temperatures.flatMap { t in indices(t).map { (set.point, CurveTables.Point(t: t, index: $0)) } }
    }
  }

  private var values: [([String: String], MechanismTables.Value)] {
    summary.sets.flatMap { set in
      (set.temperatures.flatMap { t in
        t.observables.map { MechanismTables.Value(temperature_K: t.temperature_K, value: $0) }
      } + set.observables.map { MechanismTables.Value(temperature_K: nil, value: $0) }).map {
        (set.point, $0)
      }
    }
  }

  private func points(of name: String) -> [([String: String], MechanismTables.Point)] {
    zip(summary.sets, curves.sets).flatMap { set, curve in
      curve.temperatures.flatMap { t in
        t.observables.filter { $0.observable == name }.flatMap { one in
          one.x.enumerated().compactMap { i, x in
            (one.y.element(i) ?? nil).map { y in
              (
                set.point,
                MechanismTables.Point(
                  temperature_K: t.temperature_K, series: one.series, x: x, y: y,
                  error: one.error.element(i) ?? nil)
              )
            }
          }
        }
      }
    }
  }

  private var instants: [([String: String], MechanismTables.Instant)] {
    curves.runs.flatMap { run in
      run.events.enumerated().flatMap { number, event in
        event.neighbours.flatMap { neighbour in
          event.relativeTimes_ps.indices.map { index in
            (
              [:],
              MechanismTables.Instant(
                run: run.run, event: number, of: event, neighbour: neighbour, index: index)
            )
          }
        }
      }
    }
  }

  private func addComparisons(to texts: inout [String: String]) {
    func others(_ points: [[String: String]]) -> [String] {
      axes.filter { axis in points.contains { $0[axis] != nil } }
    }
    if let sizes = summary.cellSizes {
      let rows = sizes.flatMap { one in
        one.cells.map {
          (point: one.point, row: CurveTables.Size(temperature_K: one.temperature_K, cell: $0))
        }
      }
      texts["cell-size.csv"] = CurveTables.cellSize.csv(axes: others(sizes.map(\.point)), rows).text
    }
    if let models = summary.modelComparisons {
      let rows = models.flatMap { one in
        (one.diffusivities.map {
          CurveTables.Compared(
            temperature_K: $0.temperature_K, quantity: "ln_diffusivity_cm2_per_s", number: $0.logarithm)
        }
          + [one.activationEnergy_eV].compactMap(\.self).map {
            CurveTables.Compared(temperature_K: nil, quantity: "activation_energy_eV", number: $0)
          }).map { (point: one.point, row: $0) }
      }
      texts["models.csv"] = CurveTables.models.csv(axes: others(models.map(\.point)), rows).text
    }
  }
}

extension Array {
  /// Nil past the end: curves of unequal lengths are drawn as far as they go.
  func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension TemperatureCurves {
  func isInFitWindow(_ lag: Double) -> Bool {
    guard let window = fitWindow_ps, window.count == 2 else { return false }
    return lag >= window[0] && lag <= window[1]
  }
}
