import Crystal
import Mathematics

/// Mean positions of the anions and mean densities, which a first pass over a run determines before sites can
/// be assigned.
final class MeanLattice {
  private let system: IonSystem
  let crystal: CrystalFrame
  private var sums: [Vector3]
  private var cells = [Vector3](repeating: .zero, count: 3)
  private var frames = 0
  private var framework: FrameworkSums
  /// `sums` and `frames` of the first half of the run.
  private var half: (sums: [Vector3], frames: Int)?
  private var densities: [String: DensityAccumulator] = [:]
  /// Whose densities are accumulated, too.
  enum Densities { case none, mobileIons, all }

  private let wanted: Densities

  init(system: IonSystem, crystal: CrystalFrame, densities: Densities = .all) {
    self.system = system
    self.crystal = crystal
    wanted = densities
    sums = [Vector3](repeating: .zero, count: system.kindOfAnion.count)
    framework = FrameworkSums(anions: system.kindOfAnion.count, frameCount: system.frameCount)
  }

  /// - Parameters:
  ///   - frame: in the mean cell.
  ///   - cell: at this instant.
  func observe(_ frame: IonFrame, cell: Cell) {
    framework.add(frame, cell: cell)
    for (anion, r) in frame.anions.enumerated() { sums[anion] += frame.cell.fractional(r) }
    for (k, v) in frame.cell.vectors.enumerated() { cells[k] += v }
    frames += 1
    if half == nil, 2 * (frame.index + 1) >= system.frameCount { half = (sums, frames) }
    guard wanted != .none else { return }
    add(frame.cations, of: system.mobile, frame)
    guard wanted == .all, frame.index % system.structureStride == 0 else { return }
    for (element, positions) in atoms(frame) { add(positions, of: element, frame) }
  }

  private func add(_ positions: [Vector3], of species: String, _ frame: IonFrame) {
    guard !positions.isEmpty else { return }
    densities[
      species, default: DensityAccumulator(species: species, crystal: crystal, cell: frame.cell)
    ].add(positions, cell: frame.cell)
  }

  /// The hydrogens of the anions, each anion rotated as a rigid body.
  private func atoms(_ frame: IonFrame) -> [String: [Vector3]] {
    var found: [String: [Vector3]] = [:]
    for (anion, kind) in system.kindOfAnion.enumerated() where system.kinds[kind].isRotor {
      let body = system.kinds[kind]
      let turn = Matrix3(rotation: frame.orientations[anion])
      for (element, a) in zip(body.elements, body.geometry) where element == "H" {
        found[element, default: []].append(frame.anions[anion] + turn * a)
      }
    }
    return found
  }

  /// The mean cell.
  var cell: Cell? {
    guard frames > 0 else { return nil }
    let mean = cells.map { $0 / Double(frames) }
    return Cell(a: mean[0], b: mean[1], c: mean[2])
  }

  /// Mean positions of the anions in the mean cell, Å.
  var centres: [Vector3] {
    guard let cell else { return [] }
    return sums.map { cell.cartesian($0 / Double(frames)) }
  }

  /// The standard error of a mean centre along all axes together, Å, from the two halves of the run; nil for fewer
  /// than two frames.
  var noise_A: Double? {
    guard let cell, let half, half.frames > 0, frames > half.frames, !sums.isEmpty else { return nil }
    let squares = zip(sums, half.sums).reduce(0.0) { total, pair in
      let first = pair.1 / Double(half.frames)
      let second = (pair.0 - pair.1) / Double(frames - half.frames)
      let d = cell.cartesian(second - first) / 2
      return total + dot(d, d)
    }
    return (squares / Double(sums.count)).squareRoot()
  }

  /// The tolerance that mean centres are equivalent within, Å: as chosen, or the usual one, but above the noise of a
  /// short run, which is less in a unit cell that has many copies. The largest difference between two of many means is
  /// some five standard errors, and the halves do not see all of what is as slow as the run.
  func tolerance_A(_ parameters: MechanismParameters) -> Double {
    if let chosen = parameters.symmetriseTolerance_A { return chosen }
    let noise = 8 * (noise_A ?? 0) / Double(crystal.cellCount).squareRoot()
    return max(MechanismParameters.frameworkTolerance_A, min(MechanismParameters.largestTolerance_A, noise))
  }

  /// By species, in alphabetical order.
  func grids() -> [DensityGrid] {
    densities.sorted { $0.key < $1.key }.compactMap { $0.value.finish() }
  }

  /// nil without anions.
  func frameworkState() -> FrameworkState? {
    guard let cell else { return nil }
    return framework.state(cell: cell) { fifth in
      let places = places(cell: fifth.cell, centres: fifth.centres)
      let unit = crystal.unit(of: fifth.cell)
      return (
        unit, places.map { unit.cartesian([$0.fraction[0], $0.fraction[1], $0.fraction[2]]) },
        places.map(\.kind)
      )
    }
  }

  /// The anions' mean centres in the unit cell, those of its copies averaged.
  func places() -> [MeanAnion] { cell.map { places(cell: $0, centres: centres) } ?? [] }

  private func places(cell: Cell, centres: [Vector3]) -> [MeanAnion] {
    let unit = crystal.unit(of: cell)
    var places: [(fraction: Vector3, sum: Vector3, count: Double, kind: String)] = []
    for (anion, r) in centres.enumerated() {
      let s = unit.fractional(r)
      let kind = system.kinds[system.kindOfAnion[anion]].name
      let found = places.firstIndex { place in
        let d = s - place.fraction
        return place.kind == kind
          && length(unit.cartesian(d - d.rounded(.toNearestOrEven))) < Self.samePlace_A
      }
      if let found {
        let d = s - places[found].fraction
        places[found].sum += d - d.rounded(.toNearestOrEven)
        places[found].count += 1
      } else {
        places.append((s, .zero, 1, kind))
      }
    }
    return places.map { place in
      let s = place.fraction + place.sum / place.count
      return MeanAnion(kind: place.kind, fraction: [s.x, s.y, s.z].map { $0 - $0.rounded(.down) })
    }
  }

  /// The anions' mean centres without the noise that symmetry and translations of the unit cell exclude: in the
  /// mean cell, each in the image of its mean centre, Å.
  /// - Parameter operations: of the unit cell, as ``operations(tolerance_A:)`` finds them.
  func idealCentres(_ operations: [FractionalOperation]) -> [Vector3] {
    guard let cell else { return [] }
    let unit = crystal.unit(of: cell)
    let places = places()
    let fractions = places.map { Vector3($0.fraction[0], $0.fraction[1], $0.fraction[2]) }
    func nearest(_ s: Vector3, kind: String) -> (place: Int, offset: Vector3)? {
      places.indices.filter { places[$0].kind == kind }.map { place -> (place: Int, offset: Vector3) in
        let d = s - fractions[place]
        return (place, d - d.rounded(.toNearestOrEven))
      }.min { length(unit.cartesian($0.offset)) < length(unit.cartesian($1.offset)) }
    }
    var sums = fractions.map { _ in (offset: Vector3.zero, count: 0.0) }
    for (place, fraction) in fractions.enumerated() {
      for operation in operations {
        guard let to = nearest(operation.image(of: fraction), kind: places[place].kind) else { continue }
        sums[to.place].offset += to.offset
        sums[to.place].count += 1
      }
    }
    return centres.enumerated().map { anion, centre in
      let s = unit.fractional(centre)
      guard let found = nearest(s, kind: system.kinds[system.kindOfAnion[anion]].name) else { return centre }
      let sum = sums[found.place]
      return unit.cartesian(s - found.offset + (sum.count > 0 ? sum.offset / sum.count : .zero))
    }
  }

  /// Mean centres in two copies of the unit cell that are closer than this are the same position, Å.
  private static let samePlace_A = 1.5

  /// The same within the tolerance of the parameters.
  func operations(_ parameters: MechanismParameters) -> [FractionalOperation] {
    operations(tolerance_A: tolerance_A(parameters))
  }

  /// The symmetry of the anions' mean centres in the unit cell; the identity alone where none is found.
  func operations(tolerance_A: Double) -> [FractionalOperation] {
    guard let cell else { return [.identity] }
    let unit = crystal.unit(of: cell)
    let places = places()
    let operations = try? SpaceGroup.operations(
      cell: unit,
      positions: places.map { unit.cartesian([$0.fraction[0], $0.fraction[1], $0.fraction[2]]) },
      kinds: places.map(\.kind), tolerance_A: tolerance_A)
    return operations ?? [.identity]
  }
}
