import Yams

/// The target temperature of a stage: one value, or a linear ramp.
package struct StageTemperature: Equatable, Sendable {
  package var from_K: Double
  package var to_K: Double

  package init(_ temperature_K: Double) { self.init(from_K: temperature_K, to_K: temperature_K) }

  package init(from_K: Double, to_K: Double) {
    self.from_K = from_K
    self.to_K = to_K
  }

  package var isRamp: Bool { from_K != to_K }

  /// The target at the end of a step, K.
  /// - Parameter step: from 0, the start of the stage, to `steps`.
  package func target_K(step: Int, of steps: Int) -> Double {
    guard isRamp, steps > 0 else { return from_K }
    return step >= steps ? to_K : from_K + (to_K - from_K) * (Double(step) / Double(steps))
  }

  static let kind = ManifestKind<StageTemperature>(
    "temperature (K), or a linear ramp `{from: 900 K, to: 300 K}`",
    read: { value in
      guard case .mapping = value.node else { return StageTemperature(try value.quantity(.temperature)) }
      let ramp = try value.mapping(known: ["from", "to"])
      func end(_ key: String) throws -> Double {
        try ramp.required(key, wanted: "the '\(key)' of the ramp, such as 300 K").quantity(.temperature)
      }
      return StageTemperature(from_K: try end("from"), to_K: try end("to"))
    },
    write: { temperature in
      temperature.isRamp
        ? .mapping(
          [
            ("from", .quantity(temperature.from_K, .temperature)),
            ("to", .quantity(temperature.to_K, .temperature)),
          ], .flow)
        : .quantity(temperature.from_K, .temperature)
    })
}
