import Crystal
import Foundation
import Potentials
import Testing

@testable import Dynamics

extension Engine {
  @Suite struct UnwrappingTests {
    /// Ions fly through a cell that breathes by 2 % and cross it 40 times. Their unwrapped paths stay with
    /// what they have flown to within the breathing of one cell, while images times the cell of the moment
    /// are off by 40 times that.
    @Test func breathingDoesNotAddUp() throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell))
      let simulation = try system.simulation(ForceSettings(), Integrator(), timestep_ps: 0.001)
      let (domain, motion) = (simulation.domain, simulation.motion)
      let velocity = Vector3(79.8, 0, 0)
      for i in 0..<domain.atoms.count { domain.atoms.velocity[i] = velocity }
      let start = places(simulation)
      let first = domain.cell
      let step = 0.005
      var worst = 0.0
      var worstByImages = 0.0
      for k in 0..<800 {
        let rate = 0.02 * 7.3 * cos(7.3 * Double(k) * step)
        motion.drift(step, strainRate: .identity * rate)
        try simulation.interactions.rebuild()
        guard k % 20 == 19 else { continue }
        let flown = velocity * (Double(k + 1) * step)
        for (a, b) in zip(start, places(simulation)) { worst = max(worst, abs((b - a - flown).x)) }
        // Whole cells flown, in cells of the first size and of the present one.
        let growth = domain.cell.a.x / first.a.x - 1
        worstByImages = max(worstByImages, abs(flown.x * growth))
      }
      #expect(worst < 1)
      #expect(worstByImages > 5)
    }

    private func places(_ simulation: Simulation) -> [Vector3] {
      let domain = simulation.domain
      var result = [Vector3](repeating: .zero, count: domain.topology.moleculeCount)
      for molecule in domain.molecules {
        result[Int(molecule.id)] = simulation.motion.centre(molecule) + molecule.offset
      }
      return result
    }
  }
}
