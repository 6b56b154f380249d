import Crystal
import Mathematics
import Mechanism

/// Independent Brownian ions: the collective diffusivity is that of single ions, the Haven ratio 1.
package struct CollectiveWalk: Sendable {
  package var ions = 12
  package var frames = 501
  package var interval_ps = 0.1
  package var diffusivity_A2_per_ps = 0.2

  package init() {}

  package func values(_ random: inout RandomNumbers) throws -> [ObservableValue] {
    var made = HandMade(cell: Cell(cubic: 100), interval_ps: interval_ps)
    var r = [Vector3](repeating: .zero, count: ions)
    let step_A = (2 * diffusivity_A2_per_ps * interval_ps).squareRoot()
    for _ in 1..<frames {
      for i in r.indices { r[i] += random.vector() * step_A }
      made.cations.append(r)
    }
    var pool = ObservablePool()
    pool.add(try made.observe(CollectiveDisplacement(system: made.system)))
    return pool.finish().values
  }
}
