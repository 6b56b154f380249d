import Crystal
import Foundation
import Support

/// The correlation functions of a run's sampling stage: `correlations.h5` in its directory.
package struct RunCorrelations: Sendable, Equatable {
  package static let fileName = "correlations.h5"

  /// By quantity and species.
  package var series: [CorrelationSeries]
  /// Length of the time blocks for the error estimate.
  package var blockDuration_ps: Double
  /// Sampled time when the file was written.
  package var sampled_ps: Double
  /// How displacements were measured.
  package var displacements: Displacements
  /// Whether the run had finished.
  package var isComplete: Bool
  /// The attempt that wrote the file.
  package var attempt: Int
  /// Distinguishes runs, as `RecordPlan.identity` does.
  package var identity: String

  /// How displacements were measured.
  package enum Displacements: Sendable, Equatable {
    /// Between positions, images counted, in a cell that did not change.
    case inFixedCell
    /// By fractional coordinates, images counted, times the mean cell.
    case inMeanCell(Cell)
    /// By a version that did not say so: as `inFixedCell` where the cell did not change, else along paths joined by
    /// shortest displacements, which leave the lattice.
    case notRecorded
  }

  package init(
    series: [CorrelationSeries], blockDuration_ps: Double, sampled_ps: Double,
    displacements: Displacements = .inFixedCell, isComplete: Bool, attempt: Int, identity: String
  ) {
    self.series = series.sorted { ($0.quantity, $0.species) < ($1.quantity, $1.species) }
    self.blockDuration_ps = blockDuration_ps
    self.sampled_ps = sampled_ps
    self.displacements = displacements
    self.isComplete = isComplete
    self.attempt = attempt
    self.identity = identity
  }

  /// Reads the file of a run.
  ///
  /// - Parameter directory: the run's.
  /// - Returns: nil without a file: the run has computed no correlations, or none yet.
  /// - Throws: `RecordError` naming the file and the place for a damaged file or another format;
  ///   `HDF5Error`.
  package init?(directory: String) throws {
    let path = "\(directory)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self = try CorrelationsFile.read(path)
  }

  /// Replaces the file of a run: a reader finds the old file or the new one.
  /// - Throws: `RecordError`, `HDF5Error` naming the path; the old file is then unchanged.
  package func write(directory: String, provenance: Provenance) throws {
    try AtomicFile.replace("\(directory)/\(Self.fileName)") {
      try CorrelationsFile.write(self, provenance, to: $0)
    }
  }
}
