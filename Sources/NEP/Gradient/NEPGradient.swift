import Decomposition
import Mathematics
import Model

/// Energies, forces and virials of a model that is trained, and the derivatives of a loss of them by its parameters.
package final class NEPGradient {
  private enum Engine {
    case mixed(NEPGradientKernel<SIMD8<Float>>)
    case double(NEPGradientKernel<SIMD4<Double>>)
  }

  /// What a frame has.
  package struct Values: Sendable {
    /// eV.
    package var energy_eV: Double
    /// eV/Å, by atom.
    package var forces_eV_A: [Vector3]
    /// W = −∂E/∂strain = Σ r ⊗ F, eV.
    package var virial_eV: Tensor3

    package init(energy_eV: Double, forces_eV_A: [Vector3], virial_eV: Tensor3) {
      self.energy_eV = energy_eV
      self.forces_eV_A = forces_eV_A
      self.virial_eV = virial_eV
    }
  }

  private let engine: Engine
  private var model: NEPModel

  /// - Parameter precision: `mixed` computes the environment of one atom in single precision.
  /// - Throws: `PotentialError`.
  package init(_ model: NEPModel, precision: Precision) throws {
    self.model = model
    engine =
      switch precision {
      case .mixed: .mixed(try NEPGradientKernel(model))
      case .double: .double(try NEPGradientKernel(model))
      }
  }

  /// Takes over the parameters of a model of the same elements, cut-offs and sizes.
  package func update(_ model: NEPModel) {
    self.model = model
    switch engine {
    case .mixed(let kernel): kernel.kernel.weights.fill(model)
    case .double(let kernel): kernel.kernel.weights.fill(model)
    }
  }

  /// The energy, the forces and the virial of a frame, without the repulsion, which has no parameters that are trained.
  /// - Parameter atoms: what the energies of these give; nil for all.
  package func evaluate(_ frame: NEPFrame, atoms: Range<Int>? = nil) -> Values {
    let atoms = atoms ?? 0..<frame.atomCount
    var forces = [Vector3](repeating: Vector3(), count: frame.positions.count)
    let energy = forces.withUnsafeMutableBufferPointer { forces in
      frame.withRows { rows, positions, types in
        guard let forces = forces.baseAddress else { return 0.0 }
        return switch engine {
        case .mixed(let kernel): kernel.evaluate(rows, positions, types, atoms: atoms, forces: forces)
        case .double(let kernel): kernel.evaluate(rows, positions, types, atoms: atoms, forces: forces)
        }
      }
    }
    return frame.folded(energy_eV: energy ?? 0, forces)
  }

  /// The repulsion of a frame by itself.
  package func repulsion(_ frame: NEPFrame) -> Values {
    var forces = [Vector3](repeating: Vector3(), count: frame.positions.count)
    let energy = forces.withUnsafeMutableBufferPointer { forces in
      frame.withRows { rows, positions, types in
        guard let forces = forces.baseAddress else { return 0.0 }
        return switch engine {
        case .mixed(let kernel): kernel.repulsion(rows, positions, types, forces: forces)
        case .double(let kernel): kernel.repulsion(rows, positions, types, forces: forces)
        }
      }
    }
    return frame.folded(energy_eV: energy ?? 0, forces)
  }

  /// Computes the descriptors of each atom, with the model's scaling.
  /// - Parameter body: receives the atom's type and its descriptors.
  package func forEachEnvironment(_ frame: NEPFrame, _ body: (Int, [Double]) -> Void) {
    _ = frame.withRows { rows, positions, types in
      switch engine {
      case .mixed(let kernel): kernel.forEachEnvironment(rows, positions, types, model.scaling, body)
      case .double(let kernel): kernel.forEachEnvironment(rows, positions, types, model.scaling, body)
      }
    }
  }

  /// Adds the derivatives of a loss L of one frame.
  /// - Parameters:
  ///   - energySlope: ∂L/∂E, per eV.
  ///   - forceSlopes: ∂L/∂F by atom, Å/eV.
  ///   - virialSlope: ∂L/∂W, per eV.
  ///   - atoms: what goes by the energies of these; nil for all.
  package func addGradient(
    _ frame: NEPFrame, energySlope: Double, forceSlopes: [Vector3], virialSlope: Tensor3,
    atoms: Range<Int>? = nil
  ) {
    let atoms = atoms ?? 0..<frame.atomCount
    let displacements = frame.owners.map { -forceSlopes[Int($0)] }
    let strain = Tensor3() - virialSlope
    displacements.withUnsafeBufferPointer { displacements in
      _ = frame.withRows { rows, positions, types in
        guard let displacements = displacements.baseAddress else { return }
        switch engine {
        case .mixed(let kernel):
          kernel.addGradient(
            rows, positions, types, atoms: atoms, energyFactor: energySlope, displacements: displacements,
            strain: strain)
        case .double(let kernel):
          kernel.addGradient(
            rows, positions, types, atoms: atoms, energyFactor: energySlope, displacements: displacements,
            strain: strain)
        }
      }
    }
  }

  /// Sets the derivatives to zero.
  package func clear() {
    switch engine {
    case .mixed(let kernel): kernel.scratch.clear()
    case .double(let kernel): kernel.scratch.clear()
    }
  }

  /// The derivatives by ``NEPModel/parameters``, in their order.
  package var derivatives: [Double] {
    switch engine {
    case .mixed(let kernel): kernel.derivatives(model)
    case .double(let kernel): kernel.derivatives(model)
    }
  }
}

extension NEPFrame {
  /// What images feel is felt by the atoms.
  func folded(energy_eV: Double, _ forces: [Vector3]) -> NEPGradient.Values {
    var own = [Vector3](repeating: Vector3(), count: atomCount)
    var virial = Tensor3()
    for index in forces.indices {
      own[Int(owners[index])] += forces[index]
      virial.add(positions[index], forces[index])
    }
    return NEPGradient.Values(energy_eV: energy_eV, forces_eV_A: own, virial_eV: virial)
  }
}

extension NEPGradientKernel {
  /// - Returns: eV.
  func repulsion(
    _ rows: NeighbourRows, _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    forces: UnsafeMutablePointer<Vector3>
  ) -> Double {
    kernel.radial.reserve(rows.longest)
    kernel.angular.reserve(rows.longest)
    var energy = 0.0
    for atom in 0..<rows.count {
      kernel.collect(rows, atom, Int(types[atom]), positions)
      energy += kernel.repel(atom, Int(types[atom]), positions, forces, factor: 1)
    }
    return energy
  }

  func forEachEnvironment(
    _ rows: NeighbourRows, _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    _ scaling: [Double], _ body: (Int, [Double]) -> Void
  ) {
    // Types are the model's own.
    let species = (0..<kernel.weights.typeCount).map { Int32($0) }
    species.withUnsafeBufferPointer { species in
      guard let species = species.baseAddress else { return }
      kernel.forEachEnvironment(rows, positions: positions, types: types, species: species) { type, values in
        body(type, scaling.indices.map { Double(values[$0]) * scaling[$0] })
      }
    }
  }

  /// The sums in the order of the model's parameters.
  func derivatives(_ model: NEPModel) -> [Double] {
    let w = kernel.weights
    let neurons = wholeLanes(w.neuronCount, V.width)
    let (q, count) = (w.descriptorCount, w.neuronCount)
    var result: [Double] = []
    for index in model.networks.indices {
      // One network for all types has the sum of theirs.
      let types = model.networks.count == 1 ? Array(0..<w.typeCount) : [index]
      func sum(_ place: (Int) -> Double) -> Double { types.reduce(0) { $0 + place($1) } }
      for neuron in 0..<count {
        for d in 0..<q {
          result.append(model.scaling[d] * sum { Double(scratch.weights[($0 * q + d) * neurons + neuron]) })
        }
      }
      for neuron in 0..<count { result.append(sum { Double(scratch.biases[$0 * neurons + neuron]) }) }
      for neuron in 0..<count { result.append(sum { Double(scratch.outputs[$0 * neurons + neuron]) }) }
    }
    return result + coefficients(scratch.radial, w.radial) + coefficients(scratch.angular, w.angular)
  }

  /// a_nk = c_nk/2, and a_n0 half of the sum of all c as well.
  private func coefficients(
    _ sums: UnsafePointer<Number>, _ functions: NEPWeights<V>.Functions
  ) -> [Double] {
    let pairs = kernel.weights.typeCount * kernel.weights.typeCount
    var result: [Double] = []
    for n in 0..<functions.count {
      for k in 0..<functions.basisCount {
        for pair in 0..<pairs {
          let row = pair * functions.basisCount
          let own = Double(sums[(row + k) * functions.paddedCount + n])
          result.append((own + Double(sums[row * functions.paddedCount + n])) / 2)
        }
      }
    }
    return result
  }
}
