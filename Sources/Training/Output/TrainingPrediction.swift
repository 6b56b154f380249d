import Mathematics
import NEP

/// What a model gives for a frame, and the labels: base and repulsion included.
package struct TrainingPrediction: Sendable {
  package let origin: TrainingFrame.Origin
  package let found: NEPGradient.Values
  package let wantedEnergy_eV: Double?
  package let wantedForces_eV_A: [Vector3]?
  package let wantedVirial_eV: Tensor3?

  init(_ frame: TrainingFrame, _ model: NEPGradient) {
    origin = frame.origin
    let fixed = frame.fixed
    var found = model.evaluate(frame.geometry)
    found.energy_eV += fixed.energy_eV
    for atom in found.forces_eV_A.indices { found.forces_eV_A[atom] += fixed.forces_eV_A[atom] }
    found.virial_eV += fixed.virial_eV
    self.found = found
    wantedEnergy_eV = frame.energy_eV.map { $0 + fixed.energy_eV }
    wantedForces_eV_A = frame.forces_eV_A.map { forces in zip(forces, fixed.forces_eV_A).map { $0 + $1 } }
    wantedVirial_eV = frame.virial_eV.map { virial in
      var sum = virial
      sum += fixed.virial_eV
      return sum
    }
  }
}
