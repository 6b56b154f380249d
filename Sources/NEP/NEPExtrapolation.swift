import Decomposition
import Foundation
import Mathematics
import Model

/// How far atoms are from the environments of a model's training set.
package final class NEPExtrapolation {
  private let kernel: NEPKernel<SIMD4<Double>>
  private let networks: [NEPModel.Network]
  private let scaling: [Double]
  private let size: Int
  /// Of each species of the structure.
  private let factors: [[Double]]
  private let speciesOfType: [Int32]

  /// - Throws: `PotentialError` for an element that the model does not know, or the active set does not have.
  package init(_ model: NEPModel, _ activeSet: NEPActiveSet, topology: Topology) throws {
    kernel = try NEPKernel(model, elements: topology.species)
    factors = try topology.species.map { try activeSet.factors(of: $0) }
    networks = topology.species.map { model.network(of: model.elements.firstIndex(of: $0) ?? 0) }
    scaling = model.scaling
    size = activeSet.size
    speciesOfType = topology.speciesOfType
  }

  /// The extrapolation grade γ of each own atom: the largest factor with which an environment of the active set enters its
  /// projection. Above 1 the atom is outside of what the training set spans.
  /// - Parameters: as of ``NeuroevolutionPotential/compute(_:positions:types:forces:)``.
  package func grades(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>
  ) -> [Double] {
    var grades = [Double](repeating: 0, count: rows.count)
    let blocks = factors.map { _ in ProjectionBlock(size: size) }
    var descriptors = scaling
    var projection: [Double] = []
    var atom = 0
    speciesOfType.withUnsafeBufferPointer { species in
      guard let base = species.baseAddress else { return }
      kernel.forEachEnvironment(rows, positions: positions, types: types, species: base) { species, values in
        for d in scaling.indices { descriptors[d] = values[d] * scaling[d] }
        let block = blocks[species]
        projection.removeAll(keepingCapacity: true)
        networks[species].appendProjection(descriptors[...], to: &projection)
        block.add(atom, projection)
        if block.isFull { block.grade(factors[species], into: &grades) }
        atom += 1
      }
    }
    for (block, factors) in zip(blocks, factors) { block.grade(factors, into: &grades) }
    return grades
  }
}

/// Projections of atoms of one species, until there are enough of them to be multiplied together.
private final class ProjectionBlock {
  /// Each number of the matrix is then read once for so many atoms; 4 MB of projections of 2000 numbers.
  private static let panels = 32

  private let size: Int
  private var vectors: UnsafeMutablePointer<LargestProduct.Lanes>?
  private var atoms: [Int] = []

  init(size: Int) { self.size = size }
  deinit { vectors?.deallocate() }

  var isFull: Bool { atoms.count == Self.panels * LargestProduct.width }

  /// The numbers of a projection are `LargestProduct.width` numbers apart.
  func add(_ atom: Int, _ projection: [Double]) {
    let (panel, lane) = atoms.count.quotientAndRemainder(dividingBy: LargestProduct.width)
    atoms.append(atom)
    let place = UnsafeMutableRawPointer(storage() + panel * size).assumingMemoryBound(to: Double.self) + lane
    for (index, number) in projection.prefix(size).enumerated() {
      place[index * LargestProduct.width] = number
    }
  }

  /// Writes the grades of the atoms and forgets them.
  /// - Parameter factors: `[number of the active set][number of the projection]`.
  func grade(_ factors: [Double], into grades: inout [Double]) {
    guard !atoms.isEmpty else { return }
    let width = LargestProduct.width
    let panels = (atoms.count + width - 1) / width
    var largest = [LargestProduct.Lanes](repeating: .zero, count: panels)
    let all = storage()
    factors.withUnsafeBufferPointer { factors in
      largest.withUnsafeMutableBufferPointer { largest in
        guard let factors = factors.baseAddress, let largest = largest.baseAddress else { return }
        LargestProduct.find(factors, size: size, vectors: all, panels: panels, largest: largest)
      }
    }
    for (index, atom) in atoms.enumerated() { grades[atom] = largest[index / width][index % width] }
    atoms.removeAll(keepingCapacity: true)
  }

  private func storage() -> UnsafeMutablePointer<LargestProduct.Lanes> {
    if let vectors { return vectors }
    // What no atom fills stays 0.
    let all = UnsafeMutablePointer<LargestProduct.Lanes>.allocate(capacity: Self.panels * size)
    all.initialize(repeating: .zero, count: Self.panels * size)
    vectors = all
    return all
  }
}

extension NEPKernel {
  /// Computes the descriptors of each own atom, without the model's scaling.
  /// - Parameter body: receives the atom's species and its descriptors.
  func forEachEnvironment(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    species: UnsafePointer<Int32>, _ body: (Int, UnsafePointer<Number>) -> Void
  ) {
    radial.reserve(rows.longest)
    angular.reserve(rows.longest)
    for atom in 0..<rows.count {
      let type = Int(species[Int(types[atom])])
      survey(rows, atom, type, positions)
      computeRadialDescriptors(type)
      computeAngularDescriptors(type)
      body(type, UnsafePointer(scratch.descriptors))
    }
  }
}
