import RealModule

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Synthetic frames.
struct HandMade {
  var cell: Cell
  var cations: [[Vector3]] = []
  var anions: [[Vector3]] = []
  var orientations: [[SIMD4<Double>]] = []
  var kinds: [AnionKind] = []
  var kindOfAnion: [Int] = []
  var interval_ps = 0.05

  static let identity = SIMD4<Double>(1, 0, 0, 0)

  var frameCount: Int { max(cations.count, anions.count) }

  var system: IonSystem {
    IonSystem(
      mobile: "Na", cationCount: cations.first?.count ?? 0, kinds: kinds, kindOfAnion: kindOfAnion,
      frameCount: frameCount, frameInterval_ps: interval_ps)
  }

  func frame(_ index: Int) -> IonFrame {
    let centres = anions.isEmpty ? [] : anions[min(index, anions.count - 1)]
    return IonFrame(
      index: index, cell: cell, cations: cations.isEmpty ? [] : cations[min(index, cations.count - 1)],
      anions: centres,
      orientations: orientations.isEmpty
        ? centres.map { _ in Self.identity } : orientations[min(index, orientations.count - 1)])
  }

  func observe(_ observer: any FrameObserver) throws -> RunObservables {
    for index in 0..<frameCount { try observer.observe(frame(index)) }
    return observer.finish()
  }
}

extension RunObservables {
  func curve(_ name: String, _ series: String? = nil) -> SampledCurve? {
    curves.first { $0.observable == name && (series == nil || $0.series == series) }
  }

  func value(_ name: String, _ series: String? = nil) -> Double? {
    values.first { $0.observable == name && (series == nil || $0.series == series) }?.mean
  }
}

extension SampledCurve {
  /// Standard error of the mean at a place, from the blocks.
  func error(_ place: Int) -> Double { standardError(blocks.compactMap { $0[place] }) ?? .infinity }
}

extension AnionKind {
  /// A regular tetrahedron of hydrogens about boron.
  static let borohydride = AnionKind(
    name: "BH4", elements: ["B", "H", "H", "H", "H"],
    geometry: [.zero, [0.7, 0.7, 0.7], [0.7, -0.7, -0.7], [-0.7, 0.7, -0.7], [-0.7, -0.7, 0.7]],
    masses_amu: [10.8, 1, 1, 1, 1])
  /// Two hydrogens at a right angle.
  static let amide = AnionKind(
    name: "NH2", elements: ["N", "H", "H"], geometry: [[0, 0, -0.05], [0.7, 0, 0.7], [-0.7, 0, 0.7]],
    masses_amu: [14, 1, 1])
}

/// The product of two quaternions: q after p.
func product(_ q: SIMD4<Double>, _ p: SIMD4<Double>) -> SIMD4<Double> {
  [
    q.x * p.x - q.y * p.y - q.z * p.z - q.w * p.w, q.x * p.y + q.y * p.x + q.z * p.w - q.w * p.z,
    q.x * p.z - q.y * p.w + q.z * p.x + q.w * p.y, q.x * p.w + q.y * p.z - q.z * p.y + q.w * p.x,
  ]
}

/// The rotation about an axis whose length is the angle in radians.
func turn(_ rotation: Vector3) -> SIMD4<Double> {
  let angle = length(rotation)
  guard angle > 0 else { return HandMade.identity }
  let axis = rotation / angle
  let sine = Double.sin(angle / 2)
  return [Double.cos(angle / 2), axis.x * sine, axis.y * sine, axis.z * sine]
}

extension RandomNumbers {
  mutating func vector() -> Vector3 { [normal(), normal(), normal()] }
}
