import Analysis
import Crystal
import Mathematics
import Mechanism
import Trajectory

extension RunReader {
  /// Whether the run was in the right state while it was sampled: in equilibrium, its anions in their places, its lattice
  /// the same. One warning for each thing that was wrong.
  /// - Parameters:
  ///   - species: all that diffuse.
  ///   - records: observables over the run, equally spaced; empty for an imported run.
  /// - Throws: what reading cells throws.
  func stateWarnings(_ species: [SpeciesReading], _ records: [ObservablesRecord]) throws -> [Warning] {
    let name = run.directoryName
    let sampled_ps = species.first?.mobility.duration_ps ?? 0
    func drift(_ quantity: RunQuantity, _ drift: SeriesDrift?, of ion: String? = nil) -> Warning? {
      drift.map {
        .driftsInTime(
          run: ion.map { "\(name), \($0)" } ?? name, quantity: quantity, first: $0.first, last: $0.last,
          jump_ps: $0.jumpsAt.map { $0 * sampled_ps }, sampled_ps: sampled_ps)
      }
    }
    var warnings = [drift(.potentialEnergy_eV, SeriesDrift(records.map(\.potentialEnergy_eV)))]
    for one in species {
      warnings.append(
        drift(
          .diffusivity_A2_per_ps, one.mobility.diffusivityDrift, of: species.count > 1 ? one.name : nil))
    }
    if cell.changes {
      let cells = try thinnedCells()
      warnings.append(drift(.volume_A3, SeriesDrift(cells.map(\.volume))))
      for (quantity, least, value) in Self.cellParameters {
        // Lengths of an isotropic cell drift with its volume; a change below this is no other lattice.
        let values = cells.map(value)
        if let found = SeriesDrift(values),
          abs(found.last - found.first) > least * (least < 0.1 ? found.last : 1)
        {
          warnings.append(drift(quantity, found))
        }
      }
    }
    if let framework = species.first?.mechanism.framework {
      if framework.isMelted {
        warnings.append(
          .anionsLeaveTheirPlaces(
            run: name, rms_A: framework.rms_A, spacing_A: framework.spacing_A, moved: framework.movedCount,
            anions: framework.count, sampled_ps: sampled_ps))
      } else if let change = framework.symmetryChange {
        warnings.append(
          .symmetryChanges(
            run: name, first: change.first.symbol, last: change.last.symbol, sampled_ps: sampled_ps)
        )
      }
    }
    return warnings.compactMap(\.self)
  }

  /// Lengths with the least relative change, and angles with the least change in degrees, that count.
  private static var cellParameters: [(RunQuantity, Double, (Cell) -> Double)] {
    func angle(_ u: Vector3, _ v: Vector3) -> Double {
      Double.acos(min(1, max(-1, dot(u, v) / (length(u) * length(v))))) * 180 / .pi
    }
    return [
      (.a_A, 0.005, { length($0.a) }), (.b_A, 0.005, { length($0.b) }), (.c_A, 0.005, { length($0.c) }),
      (.alpha_degrees, 0.5, { angle($0.b, $0.c) }), (.beta_degrees, 0.5, { angle($0.a, $0.c) }),
      (.gamma_degrees, 0.5, { angle($0.a, $0.b) }),
    ]
  }

  /// At most some 400 cells, equally spaced over the run.
  private func thinnedCells() throws -> [Cell] {
    let count = record.frameCount(of: IonGroups.mobile(0, ""))
    let step = max(1, count / 400)
    let slab = (4096 / step + 1) * step
    var basis = LatticeBasis(continuing: cell.first)
    var cells: [Cell] = []
    for start in stride(from: 0, to: count, by: slab) {
      for (offset, cell) in try record.cells(
        of: IonGroups.mobile(0, ""), frames: start..<min(start + slab, count)
      )
      .enumerated() {
        let continued = basis.advance(cell)
        if (start + offset) % step == 0 { cells.append(continued) }
      }
    }
    return cells
  }
}
