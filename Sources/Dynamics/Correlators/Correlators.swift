import Crystal
import MPI
import Mathematics
import Model

/// Correlation functions computed during a run, so that a large cell needs no stored trajectory: of displacements and
/// orientations by multiple-tau, of velocities at linear lags.
///
/// Samples that are still to be multiplied move with the molecules (`PerMoleculeData`); the sums stay on the ranks.
/// Samples are kept in single precision, positions and orientations as in the record, and multiplied in double
/// precision: the same estimator over the stored record agrees to the rounding of sums.
package final class Correlators {
  package let plan: CorrelationPlan
  let templates: [CorrelatedTemplate]
  let geometry: RecordGeometry
  private let series: CorrelatedTemplates
  var bodyPairs: SamplePairs
  var velocityPairs: SamplePairs
  var bodySums: CorrelationSums
  var velocitySums: CorrelationSums
  /// Centre of mass of the reference at the places of the ring, the same on every rank: Å, or, in a cell that changes,
  /// in fractional coordinates.
  var reference: [Vector3]
  /// In a cell that changes: the lattice vectors of fractional coordinates, and their mean over the samples of positions.
  var basis = LatticeBasis()
  var meanOfCells = MeanCell()
  /// The velocities of one molecule, in the precision of the slots and as doubles.
  let sample: UnsafeMutablePointer<Float>
  let wideSample: UnsafeMutablePointer<Double>

  /// Lags of velocities: to 1.02 ps at 4 fs.
  static let velocityChannels = 256

  /// - Parameter structure: the reference of the orientations, as in the record.
  package init(plan: CorrelationPlan, system: CorrelatedSystem, topology: Topology, structure: Structure) {
    self.plan = plan
    geometry = RecordGeometry(topology: topology, structure: structure)
    var series = CorrelatedTemplates(system, plan: plan, topology: topology, geometry: geometry)
    bodyPairs = .multipleTau(samples: plan.bodySamples)
    velocityPairs = .linear(samples: plan.velocitySamples, channels: Self.velocityChannels)
    series.layOut(bodyPlaces: bodyPairs.places, velocityPlaces: velocityPairs.places)
    self.series = series
    templates = series.templates
    bodySums = CorrelationSums(
      series: series.bodySeries.reduce(0) { $0 + $1.rows }, lags: bodyPairs.lags.count)
    velocitySums = CorrelationSums(series: series.velocitySeries.count, lags: velocityPairs.lags.count)
    reference = [Vector3](repeating: .zero, count: bodyPairs.places)
    let width = templates.map(\.velocityWidth).max() ?? 0
    sample = .allocate(capacity: max(4, width))
    sample.initialize(repeating: 0, count: max(4, width))
    wideSample = .allocate(capacity: max(4, width))
    wideSample.initialize(repeating: 0, count: max(4, width))
  }

  deinit {
    sample.deallocate()
    wideSample.deallocate()
  }

  /// 8-byte words of each molecule, by template: for `Simulation.allocatePerMoleculeData(words:)`.
  package var perMoleculeWords: [Int] { templates.map(\.words) }

  /// amu, of all molecules of the reference.
  var referenceMass: Double { series.referenceMass }

  /// The mean cell in which displacements are measured; nil where the cell does not change, or before the first sample.
  package var meanCell: Cell? { plan.cellChanges ? meanOfCells.cell : nil }

  /// Takes the samples that are due at a step of the sampling stage, counted from 0. Every rank must call at every step.
  package func sample(_ simulation: Simulation, step: Int) throws {
    let domain = simulation.domain
    guard let samples = domain.perMoleculeData else { return }
    if plan.bodyInterval > 0, step % plan.bodyInterval == 0 { try sampleBodies(domain, samples, step: step) }
    if plan.velocityInterval > 0, step % plan.velocityInterval == 0 {
      sampleVelocities(domain, samples, step: step)
    }
  }

  /// One function over all ranks, as sums by blocks.
  package struct Total: Equatable, Sendable {
    package var quantity: String
    package var species: String
    package var unit: String
    package var lag_ps: [Double]
    /// `[block, then "between"][lag]`.
    package var sums: [[Double]]
    package var counts: [[Double]]
  }

  /// The sums of all ranks, in rank order; empty on ranks but the first. Every rank must call.
  package func totals(_ communicator: Communicator) throws -> [Total] {
    let bodies = try total(bodySums.values, communicator)
    let velocities = try total(velocitySums.values, communicator)
    guard communicator.isRoot else { return [] }
    func tables(
      _ list: [CorrelatedSeries], _ members: [Int], _ sums: CorrelationSums, _ values: [Double],
      _ lags: [Int], _ interval: Int
    ) -> [Total] {
      list.enumerated().map { index, series in
        Total(
          quantity: series.quantity, species: series.species, unit: series.unit,
          lag_ps: lags.map { Double($0 * interval) * plan.timestep_ps },
          sums: table(of: series, from: CorrelatedTemplates.firstRow(of: index, in: list), sums, values),
          counts: sums.counts(members: members[index]))
      }
    }
    return tables(
      series.bodySeries, series.bodyMembers, bodySums, bodies, bodyPairs.lags, plan.bodyInterval)
      + tables(
        series.velocitySeries, series.velocityMembers, velocitySums, velocities, velocityPairs.lags,
        plan.velocityInterval)
  }

  /// `[block, then "between"][lag]` of a series: moments are contracted with the mean cell.
  private func table(
    of series: CorrelatedSeries, from row: Int, _ sums: CorrelationSums, _ values: [Double]
  ) -> [[Double]] {
    guard series.rows > 1, let cell = meanCell else { return sums.table(of: row, in: values) }
    let weights =
      series.rows == FractionalMoments.secondCount
      ? FractionalMoments.secondWeights(cell) : FractionalMoments.fourthWeights(cell)
    let moments = weights.indices.map { sums.table(of: row + $0, in: values) }
    return moments[0].indices.map { block in
      moments[0][block].indices.map { lag in
        zip(weights, moments).reduce(0) { $0 + $1.0 * $1.1[block][lag] }
      }
    }
  }

  private func total(_ values: [Double], _ communicator: Communicator) throws -> [Double] {
    let gathered = try communicator.gather(values)
    guard communicator.isRoot else { return [] }
    return Self.total(of: gathered.values, ranks: communicator.size)
  }

  static func total(of values: [Double], ranks: Int) -> [Double] {
    let count = values.count / max(1, ranks)
    return (0..<count).map { index in (0..<ranks).reduce(0) { $0 + values[$1 * count + index] } }
  }
}
