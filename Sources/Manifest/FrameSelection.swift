import Units
import Yams

/// Which frames of the files of each run an import used.
package struct FrameSelection: Equatable, Sendable {
  /// How many of the frames.
  package enum Stride: Equatable, Sendable {
    /// Each frame with a number that this divides, from 0.
    case frames(Int)
    /// Frames so far apart, ps.
    case time_ps(Double)
  }

  /// Earlier frames are left out, ps from the first one; nil for none.
  package var skip_ps: Double?
  /// Later frames are left out, ps from the first one; nil for none.
  package var until_ps: Double?
  /// nil for every frame.
  package var every: Stride?

  package init(skip_ps: Double? = nil, until_ps: Double? = nil, every: Stride? = nil) {
    (self.skip_ps, self.until_ps, self.every) = (skip_ps, until_ps, every)
  }
}

extension ManifestField where Section == ImportSpecification {
  /// The keys `skip`, `until` and `every`.
  static var frames: [ManifestField] {
    [
      ManifestField(
        "skip", \.frames.skip_ps, .quantity(.time),
        "frames before this time from the first one of the files were left out"),
      ManifestField(
        "until", \.frames.until_ps, .quantity(.time),
        "frames after this time from the first one of the files were left out"),
      ManifestField(
        "every", \.frames.every, .stride, "every N-th frame, or frames so far apart, were used"),
    ]
  }
}

extension ManifestKind where Value == FrameSelection.Stride {
  fileprivate static var stride: Self {
    ManifestKind(
      "whole number from 1, or \(describe(.time, nil))",
      read: { value in
        if let text = value.text, Int(text) != nil { return .frames(try value.integer(1...1_000_000_000)) }
        return .time_ps(try value.quantity(.time))
      },
      write: { stride in
        switch stride {
        case .frames(let count): .text(String(count))
        case .time_ps(let time): .quantity(time, .time)
        }
      })
  }
}
