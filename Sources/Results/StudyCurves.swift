import Mechanism

/// The curves behind the figures of a study: what the report draws and `results.h5` holds.
package struct StudyCurves: Codable, Sendable, Equatable {
  /// In the order of `StudySummary.sets`.
  package var sets: [SetCurves]
  /// One for each run that was read; an evenly spaced subset if more than `mostRuns`.
  package var runs: [RunSeries]
  /// The number of runs that were read; nil where `runs` has all of them.
  package var allRuns: Int?

  /// Of a study without results.
  package static let none = StudyCurves(sets: [], runs: [])

  /// More runs would make a large file that no figure needs.
  static let mostRuns = 240

  /// Whether a run is in `runs`, for a study of `count` runs.
  package static func shows(run: Int, of count: Int) -> Bool {
    run % max(1, (count + mostRuns - 1) / mostRuns) == 0
  }
}

/// Curves of one Arrhenius set, in the order of its temperatures.
package struct SetCurves: Codable, Sendable, Equatable {
  package var temperatures: [TemperatureCurves]
  /// Arrhenius fit drawn over a range of temperatures, empty where there is no fit.
  package var fit: [FitPoint]
}

/// Pooled over the replicas of one temperature.
package struct TemperatureCurves: Codable, Sendable, Equatable {
  package var temperature_K: Double
  package var lag_ps: [Double]
  /// Mean squared displacement of the mobile ions, drift removed, Å².
  package var msd_A2: [Double]
  /// Its standard error from blocks or replicas, Å².
  package var msdError_A2: [Double?]
  /// The lags between which D was fitted, ps; absent when there is no D.
  package var fitWindow_ps: [Double]?
  package var activeCutoff_A2: [Double]
  /// Fraction of mobile ions whose final squared displacement reaches the cut-off of the same index.
  package var activeFraction: [Double]
  /// The same by the largest squared displacement over the run.
  package var activeFractionMax: [Double]
  /// Every other curve, over all replicas.
  package var observables: [ObservableCurve] = []
  /// Slices through the densities.
  package var slices: [DensitySlice] = []
  /// For a picture in three dimensions; nil without densities.
  package var view: CellView?
}

/// The Arrhenius line and its bands at one temperature.
package struct FitPoint: Codable, Sendable, Equatable {
  package var temperature_K: Double
  package var diffusivity_A2_per_ps: Double
  /// [low, high]
  package var band68: [Double]
  package var band95: [Double]
  package var isExtrapolation: Bool
}

/// Observables of one run over its sampling stage, thinned for drawing.
package struct RunSeries: Codable, Sendable, Equatable {
  /// The run's directory name.
  package var run: String
  package var time_ps: [Double]
  package var temperature_K: [Double]
  /// Whole cell, eV.
  package var potentialEnergy_eV: [Double]
  package var conservedEnergy_eV: [Double]
  package var atomCount: Int
  /// Some of the run's migration events.
  package var events: [MigrationEvent] = []
}
