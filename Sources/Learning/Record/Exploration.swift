/// What a committee did in the sweep of a generation.
package struct Exploration: Codable, Sendable, Equatable {
  /// One run.
  package struct Run: Codable, Sendable, Equatable {
    package var index: Int
    package var directory: String
    package var temperature_K: Double
    package var end: End
    /// Why it ended before its time, in the words of the run.
    package var message: String?
    /// Records of the observables in the sampling stage: those that a whole run has, those that are there, and of them those
    /// whose largest deviation is not above the bound.
    package var planned: Int
    package var records: Int
    package var below: Int
    /// Of all stages, eV/Å; nil without a record.
    package var largest_eV_A: Double?
    /// Frames that the run has kept.
    package var candidates: Int
    /// Ions whose bonds have broken.
    package var brokenIons: Int
    /// Simulated, ps.
    package var time_ps: Double
  }

  package enum End: String, Codable, Sendable {
    case whole
    /// The deviation passed the upper bound.
    case deviation
    /// The dynamics went on no further: atoms too near, ions broken, energies that are no numbers.
    case broken
  }

  /// How far the models disagree on an element or a kind of ion, in the sampling stages of all runs.
  package struct Kind: Codable, Sendable, Equatable {
    package var name: String
    package var rms_eV_A: Double
    package var largest_eV_A: Double
  }

  package var runs: [Run]
  package var kinds: [Kind]

  /// Of the planned records those below the bound: what a run that ended early lacks counts as above.
  package var fraction: Double {
    let planned = runs.reduce(0) { $0 + $1.planned }
    return planned == 0 ? 0 : Double(runs.reduce(0) { $0 + $1.below }) / Double(planned)
  }

  /// Ions that have broken in runs that went on to their end: none of their records need be above the bound. A run that broken
  /// ions have ended lacks records, which count.
  package var brokenIons: Int { runs.filter { $0.end == .whole }.reduce(0) { $0 + $1.brokenIons } }

  package var largest_eV_A: Double? { runs.compactMap(\.largest_eV_A).max() }
  package var candidates: Int { runs.reduce(0) { $0 + $1.candidates } }
}

/// Which frames of a generation are labelled.
package struct SelectionRecord: Codable, Sendable, Equatable {
  /// Found by the exploration, or made by the recipe of the start.
  package var candidates = 0
  /// Left out: a deviation above the upper bound, atoms too near, frames that are labelled already.
  package var tooFar = 0
  package var tooNear = 0
  package var known = 0
  /// Left out since the base to which the models add does not know their ions.
  package var unknownToBase = 0
  /// Whether every candidate lay above the upper bound, so that those nearest to it were taken all the same.
  package var isRelaxed = false
  package var chosen = 0
  /// How far a candidate is from the nearest labelled frame, before and after the choice, on average.
  package var distanceBefore: Double?
  package var distanceAfter: Double?

  package init() {}
}

/// What became of the frames of a generation.
package struct LabelRecord: Codable, Sendable, Equatable {
  package var labelled = 0
  package var training = 0
  package var heldOut = 0
  package var refused = 0
  /// Reasons, those of the first frames.
  package var reasons: [String] = []
  /// Of the committee before this generation, on its frames.
  package var errors: CommitteeErrors?

  package init() {}
}

/// What the training of a generation gave.
package struct TrainingRecord: Codable, Sendable, Equatable {
  /// Trained on, of all generations so far.
  package var frames: Int
  package var epochs: Int
  /// Of the committee's mean on held-out frames; nil without any.
  package var heldOut: CommitteeErrors?
}
