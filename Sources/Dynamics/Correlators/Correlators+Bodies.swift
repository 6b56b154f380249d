import Crystal
import Decomposition
import Mathematics

extension Correlators {
  /// Samples displacements against the reference, and orientations.
  func sampleBodies(_ domain: Domain, _ samples: PerMoleculeData, step: Int) throws {
    let n = step / plan.bodyInterval
    bodyPairs.begin(sample: n)
    let places = bodySums.places(for: bodyPairs.pairs, interval: plan.bodyInterval, step: step, plan: plan)
    var cell: Cell?
    if plan.cellChanges {
      let now = basis.advance(domain.cell)
      meanOfCells.add(now)
      cell = now
    }
    var moment = Vector3()
    for molecule in domain.molecules {
      let template = templates[Int(molecule.template)]
      guard template.displacement >= 0 || template.referenceMass > 0 else { continue }
      let r = coordinates(of: molecule, domain, in: cell)
      moment += Vector3(r) * template.referenceMass
      guard template.displacement >= 0 else { continue }
      let slot = samples.address(of: molecule)
      let positions = (slot + template.positionOffset).assumingMemoryBound(to: Float.self)
      for place in bodyPairs.stores { for k in 0..<3 { positions[3 * place + k] = r[k] } }
      guard template.rotation >= 0 else { continue }
      let q = geometry.orientation(of: molecule, in: domain)
      let turns = (slot + template.orientationOffset).assumingMemoryBound(to: SIMD4<Float>.self)
      for place in bodyPairs.stores { turns[place] = q }
    }
    if referenceMass > 0 {
      var sums = [moment.x, moment.y, moment.z]
      try domain.communicator.reduce(&sums, .sum)
      for place in bodyPairs.stores { reference[place] = [sums[0], sums[1], sums[2]] / referenceMass }
    }
    addBodies(domain, samples, places)
  }

  /// The unwrapped position of a molecule: Å, or, in a cell that changes, in fractional coordinates of its vectors. From
  /// the position in the precision of the record, so that the record gives the same.
  @inline(__always)
  private func coordinates(of molecule: OwnedMolecule, _ domain: Domain, in cell: Cell?) -> SIMD3<Float> {
    let r = geometry.position(of: molecule, in: domain)
    return cell.map { SIMD3<Float>($0.fractional(Vector3(r))) } ?? r
  }

  private func addBodies(_ domain: Domain, _ samples: PerMoleculeData, _ places: [Int]) {
    guard let newest = bodyPairs.stores.first else { return }
    let pairs = bodyPairs.pairs
    let lags = bodySums.lags
    let drifts = pairs.map { reference[newest] - reference[$0.place] }
    let isFractional = plan.cellChanges
    bodySums.values.withUnsafeMutableBufferPointer { sums in
      guard let base = sums.baseAddress else { return }
      for molecule in domain.molecules {
        let template = templates[Int(molecule.template)]
        guard template.displacement >= 0 else { continue }
        let slot = samples.address(of: molecule)
        let positions = (slot + template.positionOffset).assumingMemoryBound(to: Float.self)
        func position(_ place: Int) -> Vector3 {
          [Double(positions[3 * place]), Double(positions[3 * place + 1]), Double(positions[3 * place + 2])]
        }
        let now = position(newest)
        let first = template.displacement * lags
        for (index, pair) in pairs.enumerated() {
          let d = now - position(pair.place) - drifts[index]
          if isFractional {
            FractionalMoments.add(d, to: base + places[index] + first, stride: lags)
          } else {
            let square = dot(d, d)
            sums[places[index] + first] += square
            sums[places[index] + first + lags] += square * square
          }
        }
        guard template.rotation >= 0 else { continue }
        let turns = (slot + template.orientationOffset).assumingMemoryBound(to: SIMD4<Float>.self)
        let turn = SIMD4<Double>(turns[newest])
        let firstTurn = template.rotation * lags
        for (index, pair) in pairs.enumerated() {
          let (c1, c2) = Self.orientation(
            SIMD4<Double>(turns[pair.place]), turn, averagedOver: template.bodyVectors)
          sums[places[index] + firstTurn] += c1
          sums[places[index] + firstTurn + lags] += c2
        }
      }
    }
  }

  /// Means of u·u′ and P₂(u·u′) over vectors u of a body that rotates from q to p. With the rotation conj(q) p = (w, v)
  /// in the frame of the body, u·u′ = w² − v² + 2 (v·u)².
  private static func orientation(
    _ q: SIMD4<Double>, _ p: SIMD4<Double>, averagedOver vectors: [Vector3]
  ) -> (Double, Double) {
    let w = (q * p).sum()
    let v = Vector3(
      q.x * p.y - q.y * p.x - q.z * p.w + q.w * p.z,
      q.x * p.z - q.z * p.x - q.w * p.y + q.y * p.w,
      q.x * p.w - q.w * p.x - q.y * p.z + q.z * p.y)
    let scale = 1 / (w * w + dot(v, v))
    let base = (w * w - dot(v, v)) * scale
    var first = 0.0
    var second = 0.0
    for u in vectors {
      let along = dot(v, u)
      let cosine = base + 2 * along * along * scale
      first += cosine
      second += 1.5 * cosine * cosine - 0.5
    }
    return (first / Double(vectors.count), second / Double(vectors.count))
  }
}
