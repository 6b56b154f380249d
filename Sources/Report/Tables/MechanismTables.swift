import Mechanism
import Results

/// The tables of the mechanism: all numbers, all curves, and migration events.
enum MechanismTables {
  /// A number of a temperature, or of a set.
  struct Value {
    let temperature_K: Double?
    let value: ObservableValue
  }

  static let values = Table<Value>(
    name: "observables.csv",
    meaning: "A row for each number of the mechanism: the [list below](#observables), at each temperature.",
    columns: [
      TableColumn("temperature", "K", "temperature of the runs; empty where the number is of a set") {
        $0.temperature_K
      },
      TableColumn("observable", "its name") { $0.value.name },
      TableColumn("series", "the ion, element or pair that it is of") { $0.value.series },
      TableColumn("value", "1", "in the unit of `unit`; empty where it is not determined") { $0.value.value },
      TableColumn("error", "1", "its standard error") { $0.value.error },
      TableColumn("unit", "of value, error and intervals; `1` for none") { $0.value.unit },
      TableColumn("note", "why it is not determined, or what limits it") { $0.value.note ?? "" },
    ]
      + [68, 95].flatMap { level in
        ["low", "high"].enumerated().map { index, end in
          TableColumn(
            "interval_\(level)_\(end)", "1",
            "\(index == 0 ? "lower" : "upper") end of the \(level) % interval"
          ) { (row: Value) in
            let ends = level == 68 ? row.value.interval68 : row.value.interval95
            return ends.flatMap { $0.element(index) }
          }
        }
      })

  /// A point of a curve.
  struct Point {
    let temperature_K: Double
    let series: String
    let x: Double
    let y: Double
    let error: Double?
  }

  static func curve(_ description: ObservableCatalogue.Curve) -> Table<Point> {
    Table(
      name: "\(description.name).csv", meaning: "\(description.title). \(description.caption)",
      columns: [
        TableColumn("temperature", "K", "temperature of the runs") { $0.temperature_K },
        TableColumn("series", "the ion, element or pair that it is of") { $0.series },
        TableColumn("x", description.xUnit, description.x) { $0.x },
        TableColumn("value", description.yUnit, description.y) { $0.y },
        TableColumn("error", description.yUnit, "its standard error") { $0.error },
      ])
  }

  /// An instant of a migration event beside one anion.
  struct Instant {
    let run: String
    let event: Int
    let of: MigrationEvent
    let neighbour: MigrationEvent.Neighbour
    let index: Int
  }

  static let events = Table<Instant>(
    name: "migration-events.csv",
    meaning: "Some hops of the mobile ions, with the anions beside them, from before to after.",
    hasAxes: false,
    columns: [
      TableColumn("run", "its directory") { $0.run },
      TableColumn("event", "number within the run") { "\($0.event)" },
      TableColumn("ion", "index of the ion, from 0") { "\($0.of.ion)" },
      TableColumn("event_time", "ps", "when it hopped, from the start of sampling") { $0.of.time_ps },
      TableColumn("relative_time", "ps", "time from the hop") { $0.of.relativeTimes_ps.element($0.index) },
      TableColumn("displacement", "Å", "distance from where it was before the hop") {
        $0.of.displacement_A.element($0.index)
      },
      TableColumn("anion", "index of the anion, from 0") { "\($0.neighbour.anion)" },
      TableColumn("anion_kind", "its formula") { $0.neighbour.kind },
      TableColumn("anion_distance", "Å", "from the ion at the hop") { $0.neighbour.distance_A },
      TableColumn("anion_angle_degrees", "angle by which it has turned, °") {
        NumberText.data($0.neighbour.angle_degrees.element($0.index))
      },
    ])
}
