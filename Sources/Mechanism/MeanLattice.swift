import Crystal
import Mathematics

/// Mean positions of the anions and mean densities, which a first pass over a run determines before sites can
/// be assigned.
final class MeanLattice {
  private let system: IonSystem
  private let crystal: CrystalFrame
  private var sums: [Vector3]
  private var cells = [Vector3](repeating: .zero, count: 3)
  private var frames = 0
  private var framework: FrameworkSums
  private var densities: [String: DensityAccumulator] = [:]

  init(system: IonSystem, crystal: CrystalFrame) {
    self.system = system
    self.crystal = crystal
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
    add(frame.cations, of: system.mobile, frame)
    guard frame.index % system.structureStride == 0 else { return }
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

  /// Mean centres in two copies of the unit cell that are closer than this are the same position, Å.
  private static let samePlace_A = 1.5

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
