import Mathematics
import NEP

/// What the parts of the loss are multiplied with. Each part is a mean square over a batch: of energies per atom (eV²), of
/// force components (eV²/Å²), of virial components per atom (eV²).
package struct LossWeights: Sendable, Codable, Equatable {
  package var energy = 0.5
  package var force = 1.0
  package var virial = 0.2
  /// Of the net forces on ions of several atoms (eV²/Å²), and of the torques on them about their centres of mass (eV²).
  package var ionForce = 0.0
  package var ionTorque = 0.0
  /// Factors on the squares of forces on atoms of an element; 1 where none is given.
  package var elements: [String: Double] = [:]

  package init() {}

  /// Whether there is anything to learn.
  var isAnyAboveZero: Bool { [energy, force, virial, ionForce, ionTorque].contains { $0 > 0 } }
  static let wanted = "a factor above 0: with none there is nothing to learn"

  var usesIons: Bool { ionForce > 0 || ionTorque > 0 }
}

/// Sums over the frames of a batch or a set.
package struct LossSums: Sendable, Equatable, Codable {
  /// With the weights of frames and elements: the sums of squares, and the weights of the terms.
  package var energy = WeightedSquares()
  package var force = WeightedSquares()
  package var virial = WeightedSquares()
  package var ionForce = WeightedSquares()
  package var ionTorque = WeightedSquares()
  /// Without weights: what is printed.
  package var plainEnergy = WeightedSquares()
  package var plainForce = WeightedSquares()
  package var plainVirial = WeightedSquares()

  package struct WeightedSquares: Sendable, Equatable, Codable {
    package var sum = 0.0
    package var weight = 0.0

    package var mean: Double { weight > 0 ? sum / weight : 0 }
    /// Nil where there is none.
    package var root: Double? { weight > 0 ? (sum / weight).squareRoot() : nil }

    mutating func add(_ square: Double, weight: Double) {
      sum += weight * square
      self.weight += weight
    }
  }

  package init() {}

  var isFinite: Bool { Self.parts.allSatisfy { self[keyPath: $0].sum.isFinite } }

  private static let parts: [WritableKeyPath<LossSums, WeightedSquares> & Sendable] = [
    \.energy, \.force, \.virial, \.ionForce, \.ionTorque, \.plainEnergy, \.plainForce, \.plainVirial,
  ]

  /// For a reduction over ranks.
  static var numberCount: Int { 2 * parts.count }
  var numbers: [Double] { Self.parts.flatMap { [self[keyPath: $0].sum, self[keyPath: $0].weight] } }

  init(numbers: ArraySlice<Double>) {
    for (index, part) in Self.parts.enumerated() {
      let place = numbers.startIndex + 2 * index
      self[keyPath: part] = WeightedSquares(sum: numbers[place], weight: numbers[place + 1])
    }
  }

  mutating func add(_ other: LossSums) {
    for part in Self.parts {
      self[keyPath: part].sum += other[keyPath: part].sum
      self[keyPath: part].weight += other[keyPath: part].weight
    }
  }

  /// The loss: the mean of each part times its weight.
  package func loss(_ weights: LossWeights) -> Double {
    weights.energy * energy.mean + weights.force * force.mean + weights.virial * virial.mean
      + weights.ionForce * ionForce.mean + weights.ionTorque * ionTorque.mean
  }
}

/// A loss, and its derivatives by energies, forces and virials.
struct TrainingLoss {
  let weights: LossWeights
  /// By type.
  private let forceFactors: [Double]

  init(_ weights: LossWeights, elements: [String]) {
    self.weights = weights
    forceFactors = elements.map { weights.elements[$0] ?? 1 }
  }

  /// The derivatives by what a frame's model gives.
  struct Slopes {
    var energy = 0.0
    var forces: [Vector3]
    var virial = Tensor3()
  }

  /// Adds the squares of a frame's errors.
  func add(_ frame: TrainingFrame, _ found: NEPGradient.Values, to sums: inout LossSums) {
    let atoms = Double(frame.atomCount)
    if let energy = frame.energy_eV {
      let square = ((found.energy_eV - energy) / atoms).squared
      sums.energy.add(square, weight: frame.weight * frame.energyWeight)
      sums.plainEnergy.add(square, weight: 1)
    }
    if let forces = frame.forces_eV_A {
      for (atom, force) in forces.enumerated() {
        let error = found.forces_eV_A[atom] - force
        let square = dot(error, error) / 3
        sums.force.add(square, weight: frame.weight * forceFactors[Int(frame.geometry.types[atom])])
        sums.plainForce.add(square, weight: 1)
      }
      if weights.usesIons {
        for ion in frame.ions {
          let (force, torque) = ion.errors(found.forces_eV_A, forces)
          sums.ionForce.add(dot(force, force) / 3, weight: frame.weight)
          sums.ionTorque.add(dot(torque, torque) / 3, weight: frame.weight)
        }
      }
    }
    if let virial = frame.virial_eV {
      let square = (found.virial_eV - virial).sixComponents.reduce(0) { $0 + ($1 / atoms).squared } / 6
      sums.virial.add(square, weight: frame.weight)
      sums.plainVirial.add(square, weight: 1)
    }
  }

  /// Adds the weights that the frame's terms have in the sums, which do not depend on the model.
  func addWeights(of frame: TrainingFrame, to sums: inout LossSums) {
    let zero = [Vector3](repeating: Vector3(), count: frame.atomCount)
    add(frame, NEPGradient.Values(energy_eV: 0, forces_eV_A: zero, virial_eV: Tensor3()), to: &sums)
  }

  /// - Parameter batch: the sums of the weights of all terms of the batch.
  func slopes(_ frame: TrainingFrame, _ found: NEPGradient.Values, batch: LossSums) -> Slopes {
    let atoms = Double(frame.atomCount)
    var slopes = Slopes(forces: [Vector3](repeating: Vector3(), count: frame.atomCount))
    if let energy = frame.energy_eV, batch.energy.weight > 0 {
      slopes.energy =
        2 * weights.energy * frame.weight * frame.energyWeight * (found.energy_eV - energy)
        / (atoms * atoms * batch.energy.weight)
    }
    if let forces = frame.forces_eV_A { addForceSlopes(frame, found, forces, batch, &slopes.forces) }
    if let virial = frame.virial_eV, batch.virial.weight > 0 {
      let factor = 2 * weights.virial * frame.weight / (6 * atoms * atoms * batch.virial.weight)
      let error = found.virial_eV - virial
      // Off-diagonal components are counted once, as means of both.
      let (a, e) = (Vector3(1, 0.5, 0.5), error.symmetric)
      slopes.virial.x = e.x * a * factor
      slopes.virial.y = e.y * Vector3(0.5, 1, 0.5) * factor
      slopes.virial.z = e.z * Vector3(0.5, 0.5, 1) * factor
    }
    return slopes
  }

  private func addForceSlopes(
    _ frame: TrainingFrame, _ found: NEPGradient.Values, _ forces: [Vector3], _ batch: LossSums,
    _ slopes: inout [Vector3]
  ) {
    let factor = batch.force.weight > 0 ? 2 * weights.force * frame.weight / (3 * batch.force.weight) : 0
    for (atom, force) in forces.enumerated() {
      slopes[atom] +=
        (found.forces_eV_A[atom] - force) * (factor * forceFactors[Int(frame.geometry.types[atom])])
    }
    guard batch.ionForce.weight > 0 else { return }
    let forceFactor = 2 * weights.ionForce * frame.weight / (3 * batch.ionForce.weight)
    let torqueFactor = 2 * weights.ionTorque * frame.weight / (3 * batch.ionTorque.weight)
    for ion in frame.ions {
      let (force, torque) = ion.errors(found.forces_eV_A, forces)
      for (atom, place) in zip(ion.atoms, ion.places) {
        slopes[atom] += force * forceFactor + cross(torque, place) * torqueFactor
      }
    }
  }
}

extension TrainingIon {
  /// The errors of the net force, eV/Å, and of the torque, eV.
  func errors(_ found: [Vector3], _ wanted: [Vector3]) -> (force: Vector3, torque: Vector3) {
    var (force, torque) = (Vector3(), Vector3())
    for (atom, place) in zip(atoms, places) {
      let error = found[atom] - wanted[atom]
      force += error
      torque += cross(place, error)
    }
    return (force, torque)
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}

extension Tensor3 {
  /// Half of the sum with the transposed.
  fileprivate var symmetric: Tensor3 {
    var result = Tensor3()
    result.x = [x.x, (x.y + y.x) / 2, (x.z + z.x) / 2]
    result.y = [(x.y + y.x) / 2, y.y, (y.z + z.y) / 2]
    result.z = [(x.z + z.x) / 2, (y.z + z.y) / 2, z.z]
    return result
  }

  /// xx, yy, zz, xy, yz, zx, as GPUMD has them.
  package var sixComponents: [Double] {
    [x.x, y.y, z.z, (x.y + y.x) / 2, (y.z + z.y) / 2, (z.x + x.z) / 2]
  }
}
