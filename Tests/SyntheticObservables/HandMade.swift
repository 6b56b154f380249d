import Crystal
import Mathematics
import Mechanism
import RealModule

/// Synthetic frames.
package struct HandMade {
  package var cell: Cell
  /// Centres, [frame][ion], Å; where there are fewer frames, the last goes on.
  package var cations: [[Vector3]] = []
  package var anions: [[Vector3]] = []
  /// Unit quaternions, [frame][anion].
  package var orientations: [[SIMD4<Double>]] = []
  package var kinds: [AnionKind] = []
  package var kindOfAnion: [Int] = []
  package var interval_ps = 0.05

  package init(cell: Cell, kinds: [AnionKind] = [], kindOfAnion: [Int] = [], interval_ps: Double = 0.05) {
    self.cell = cell
    self.kinds = kinds
    self.kindOfAnion = kindOfAnion
    self.interval_ps = interval_ps
  }

  package static let identity = SIMD4<Double>(1, 0, 0, 0)

  package var frameCount: Int { max(cations.count, anions.count) }

  package var system: IonSystem {
    IonSystem(
      mobile: "Na", cationCount: cations.first?.count ?? 0, kinds: kinds, kindOfAnion: kindOfAnion,
      frameCount: frameCount, frameInterval_ps: interval_ps)
  }

  package func frame(_ index: Int) -> IonFrame {
    let centres = anions.isEmpty ? [] : anions[min(index, anions.count - 1)]
    return IonFrame(
      index: index, cell: cell, cations: cations.isEmpty ? [] : cations[min(index, cations.count - 1)],
      anions: centres,
      orientations: orientations.isEmpty
        ? centres.map { _ in Self.identity } : orientations[min(index, orientations.count - 1)])
  }

  package func observe(_ observer: any FrameObserver) throws -> RunObservables {
    for index in 0..<frameCount { try observer.observe(frame(index)) }
    return observer.finish()
  }
}

extension RunObservables {
  package func curve(_ name: String, _ series: String? = nil) -> SampledCurve? {
    curves.first { $0.observable == name && (series == nil || $0.series == series) }
  }

  package func value(_ name: String, _ series: String? = nil) -> Double? {
    values.first { $0.observable == name && (series == nil || $0.series == series) }?.mean
  }
}

extension SampledCurve {
  /// Standard error of the mean at a place, from the blocks.
  package func error(_ place: Int) -> Double { standardError(blocks.compactMap { $0[place] }) ?? .infinity }
}

extension AnionKind {
  /// A regular tetrahedron of hydrogens about boron.
  package static let borohydride = AnionKind(
    name: "BH4", elements: ["B", "H", "H", "H", "H"],
    geometry: [.zero, [0.7, 0.7, 0.7], [0.7, -0.7, -0.7], [-0.7, 0.7, -0.7], [-0.7, -0.7, 0.7]],
    masses_amu: [10.8, 1, 1, 1, 1])
  /// Two hydrogens at a right angle.
  package static let amide = AnionKind(
    name: "NH2", elements: ["N", "H", "H"], geometry: [[0, 0, -0.05], [0.7, 0, 0.7], [-0.7, 0, 0.7]],
    masses_amu: [14, 1, 1])
}

/// The product of two quaternions: q after p.
package func product(_ q: SIMD4<Double>, _ p: SIMD4<Double>) -> SIMD4<Double> {
  [
    q.x * p.x - q.y * p.y - q.z * p.z - q.w * p.w, q.x * p.y + q.y * p.x + q.z * p.w - q.w * p.z,
    q.x * p.z - q.y * p.w + q.z * p.x + q.w * p.y, q.x * p.w + q.y * p.z - q.z * p.y + q.w * p.x,
  ]
}

/// The rotation about an axis whose length is the angle in radians.
package func turn(_ rotation: Vector3) -> SIMD4<Double> {
  let angle = length(rotation)
  guard angle > 0 else { return HandMade.identity }
  let axis = rotation / angle
  let sine = Double.sin(angle / 2)
  return [Double.cos(angle / 2), axis.x * sine, axis.y * sine, axis.z * sine]
}

extension RandomNumbers {
  package mutating func vector() -> Vector3 { [normal(), normal(), normal()] }
}
