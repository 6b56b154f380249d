import Mechanism
import Results

/// The CSV files of the mechanism's observables by name: one for each kind of curve, one for all numbers, one for
/// the migration events.
func observableTables(of summary: StudySummary, _ curves: StudyCurves) -> [String: String] {
  let axes = Set(summary.sets.flatMap(\.point.keys)).sorted()
  func point(_ set: SetSummary) -> [String] { axes.map { set.point[$0] ?? "" } }
  func number(_ x: Double?) -> String { NumberText.data(x, missing: "") }
  var tables: [String: String] = [:]

  for description in ObservableCatalogue.curves {
    let unit = columnUnit(description.yUnit)
    var csv = CSV(
      columns: axes + [
        "temperature_K", "series", "x" + columnUnit(description.xUnit), "value" + unit, "error" + unit,
      ])
    var isEmpty = true
    for (set, curve) in zip(summary.sets, curves.sets) {
      for t in curve.temperatures {
        for one in t.observables where one.observable == description.name {
          for (i, x) in one.x.enumerated() {
            guard let y = one.y.element(i) ?? nil else { continue }
            isEmpty = false
            csv.append(
              point(set) + [
                number(t.temperature_K), one.series, number(x), number(y),
                number(one.error.element(i) ?? nil),
              ])
          }
        }
      }
    }
    if !isEmpty { tables["\(description.name).csv"] = csv.text }
  }

  var values = CSV(
    columns: axes + [
      "temperature_K", "observable", "series", "value", "error", "unit", "note", "interval_68_low",
      "interval_68_high", "interval_95_low", "interval_95_high",
    ])
  for set in summary.sets {
    let rows =
      set.temperatures.flatMap { t in t.observables.map { (number(t.temperature_K), $0) } }
      + set.observables.map { ("", $0) }
    for (temperature, value) in rows {
      values.append(
        point(set) + [
          temperature, value.name, value.series, number(value.value), number(value.error), value.unit,
          value.note ?? "", number(value.interval68?.first), number(value.interval68?.last),
          number(value.interval95?.first), number(value.interval95?.last),
        ])
    }
  }
  tables["observables.csv"] = values.text
  if let events = eventsTable(curves.runs) { tables["migration-events.csv"] = events }
  return tables
}

private func eventsTable(_ runs: [RunSeries]) -> String? {
  guard runs.contains(where: { !$0.events.isEmpty }) else { return nil }
  var csv = CSV(
    columns: [
      "run", "event", "ion", "event_time_ps", "relative_time_ps", "displacement_A", "anion", "anion_kind",
      "anion_distance_A", "anion_angle_degrees",
    ])
  for run in runs {
    for (index, event) in run.events.enumerated() {
      for neighbour in event.neighbours {
        for (i, time) in event.relativeTimes_ps.enumerated() {
          csv.append([
            run.run, "\(index)", "\(event.ion)", NumberText.data(event.time_ps), NumberText.data(time),
            NumberText.data(event.displacement_A.element(i)), "\(neighbour.anion)", neighbour.kind,
            NumberText.data(neighbour.distance_A), NumberText.data(neighbour.angle_degrees.element(i)),
          ])
        }
      }
    }
  }
  return csv.text
}

/// A unit as a column's name ends with it: "Å²/ps" gives "_A2_per_ps".
private func columnUnit(_ unit: String) -> String {
  guard unit != "1" else { return "" }
  let plain = [("Å", "A"), ("²", "2"), ("°", "degree"), ("1/", "per_"), ("/", "_per_")]
  return "_" + plain.reduce(unit) { $0.replacing($1.0, with: $1.1) }
}
