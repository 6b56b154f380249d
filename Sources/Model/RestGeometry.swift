import Mathematics

extension BondedTerms {
  /// The geometry of an isolated molecule at the minimum of its bonds and angles, Å: minimised from `start` by
  /// FIRE (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006)) until no force is above 1e-10 eV/Å.
  package func restGeometry(template: Int, start: [Vector3]) -> [Vector3] {
    var r = start
    var v = [Vector3](repeating: .zero, count: r.count)
    var f = v
    var step = FireStep()
    for _ in 0..<20_000 {
      for i in f.indices { f[i] = .zero }
      r.withUnsafeBufferPointer { r in
        f.withUnsafeMutableBufferPointer { f in
          guard let r = r.baseAddress, let f = f.baseAddress else { return }
          _ = add(template: template, positions: r, forces: f)
        }
      }
      let power = zip(f, v).reduce(0) { $0 + dot($1.0, $1.1) }
      let ff = f.reduce(0) { $0 + dot($1, $1) }
      if ff < 1e-20 { break }
      if let mixing = step.update(power: power) {
        let turn = mixing * (v.reduce(0) { $0 + dot($1, $1) } / ff).squareRoot()
        for i in v.indices { v[i] = v[i] * (1 - mixing) + f[i] * turn }
      } else {
        for i in v.indices { v[i] = .zero }
      }
      for i in r.indices {
        v[i] += f[i] * step.dt
        r[i] += v[i] * step.dt
      }
    }
    return r
  }
}
