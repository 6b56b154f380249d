import Analysis
import Mechanism
import Results

/// The observables of one question over the temperatures of a set, as tables of a few temperatures each.
struct ValueTable {
  /// More would not fit on A4 or a phone.
  private static let mostColumns = 5

  /// Observables that count events.
  private static let counts: Set = ["migration-events"]

  let set: SetSummary
  let names: [String]

  private struct Key: Hashable {
    var name: String
    var series: String
  }

  private var keys: [Key] {
    let found = set.temperatures.flatMap(\.observables).map { Key(name: $0.name, series: $0.series) }
    var known: Set<Key> = []
    return names.flatMap { name in found.filter { $0.name == name && known.insert($0).inserted } }
  }

  /// Nil where there is none of these observables. Each has `temperatures` and `rows`.
  var tables: [[String: Any]]? {
    let keys = keys
    guard !keys.isEmpty else { return nil }
    let temperatures = set.temperatures
    return stride(from: 0, to: temperatures.count, by: Self.mostColumns).map { start in
      let part = temperatures[start..<min(start + Self.mostColumns, temperatures.count)]
      return [
        "temperatures": part.map { NumberText.short($0.temperature_K) },
        "rows": keys.map { key in row(key, Array(part)) },
      ]
    }
  }

  private func row(_ key: Key, _ temperatures: [TemperatureSummary]) -> [String: Any] {
    let found = temperatures.map { t in t.observables.first { $0.name == key.name && $0.series == key.series }
    }
    let unit = found.compactMap { $0?.unit }.first ?? "1"
    return [
      "title": ObservableCatalogue.value(key.name)?.title ?? key.name, "series": key.series,
      "unit": unit == "1" ? "" : unit,
      "cells": found.map { value -> [String: Any] in
        let text = value.map(Self.text) ?? "—"
        return ["text": text, "none": value?.value == nil]
      },
    ]
  }

  /// A value with its error, a bound, or that it is not determined.
  static func text(_ value: ObservableValue) -> String {
    if let number = value.value {
      // Counts are whole.
      if Self.counts.contains(value.name), value.error == nil { return NumberText.short(number) }
      return NumberText.withError(number, value.error)
    }
    return switch value.warning {
    case .rotationTooSlow(let bound): "> \(NumberText.plain(bound, digits: 2))"
    case .noStayEnded(let bound): "> \(NumberText.plain(bound, digits: 2))"
    case .rotationTooFast(let bound): "< \(NumberText.plain(bound, digits: 2))"
    default: "not determined"
    }
  }
}
