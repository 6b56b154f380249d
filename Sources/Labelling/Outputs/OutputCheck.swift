import Crystal
import Mathematics
import SinglePoints

/// Compares an output with the frame that it is to be of.
struct OutputCheck {
  let frame: LabelledFrame
  /// The atom of the frame of each atom of the output.
  let order: [Int]

  /// Outputs print positions with six digits behind the point, and lattice vectors with three: what differs more is
  /// another frame. Å.
  static let tolerance_A = 5e-3

  /// The label, or why there is none. The output is complete.
  func outcome(_ output: EngineOutput) -> LabelOutcome {
    if case .failed(let evidence) = output.convergence { return .refused(.notConverged(evidence)) }
    guard let forces = output.forces_eV_A, !forces.isEmpty else { return .refused(.missing(.forces)) }
    guard output.configurations <= 1 else { return .refused(.configurations(output.configurations)) }
    guard forces.count == order.count else {
      return .refused(.atomCount(found: forces.count, wanted: order.count))
    }
    guard let energy = output.energy_eV else { return .refused(.missing(.energy)) }
    if let refusal = otherFrame(output) { return .refused(refusal) }
    var sorted = [Vector3](repeating: Vector3(), count: forces.count)
    for (index, atom) in order.enumerated() { sorted[atom] = forces[index] }
    let label = FrameLabel(
      energy_eV: energy, forces_eV_A: sorted, stress_eV_A3: output.stress_eV_A3, program: output.program)
    return label.notFinite.map { .refused(.notFinite($0)) } ?? .label(label)
  }

  /// What says that the output is of another frame.
  private func otherFrame(_ output: EngineOutput) -> LabelRefusal? {
    if let elements = output.elements {
      guard elements.count == order.count else {
        return .atomCount(found: elements.count, wanted: order.count)
      }
      for (index, atom) in order.enumerated() {
        let wanted = frame.chemicalSymbols[atom]
        if elements[index] != wanted { return .element(atom: atom, found: elements[index], wanted: wanted) }
      }
    }
    if let cell = output.cell_A {
      let far = zip(cell, frame.cell.vectors).contains { length($0 - $1) > Self.tolerance_A }
      if cell.count != 3 || far { return .cell }
    }
    guard let positions = output.positions_A, positions.count == order.count else { return nil }
    for (index, atom) in order.enumerated() {
      // Programs may wrap positions into the cell.
      var shift = frame.cell.fractional(positions[index] - frame.positions[atom])
      shift -= shift.rounded(.toNearestOrAwayFromZero)
      let distance = length(frame.cell.cartesian(shift))
      if distance > Self.tolerance_A { return .position(atom: atom, distance_A: distance) }
    }
    return nil
  }
}

extension LabelledFrame {
  /// Symbols of elements, where the frame may have those of isotopes.
  var chemicalSymbols: [String] { symbols.map { Element(symbol: $0)?.chemicalSymbol ?? $0 } }
}
