import Crystal
import Mathematics
import TrajectoryImport

/// The errors of the frames of one system.
package struct ErrorSums: Sendable {
  package private(set) var frames = 0
  private var sums: [ErrorGroup: PairedSum] = [:]

  package init() {}

  /// - Parameter ions: nil where none were found.
  package mutating func add(
    _ found: SinglePoint, _ reference: ReferenceValues, of frame: LabelledFrame, _ ions: FrameIons?
  ) {
    frames += 1
    if let energy = reference.energy_eV {
      let atoms = Double(found.forces_eV_A.count)
      add(found.energy_eV / atoms, energy / atoms, ErrorGroup(.energy))
    }
    if let forces = reference.forces_eV_A {
      for (atom, force) in forces.enumerated() {
        let symbol = frame.symbols[atom]
        let element = Element(symbol: symbol)?.chemicalSymbol ?? symbol
        add(found.forces_eV_A[atom], force, ErrorGroup(.force))
        add(found.forces_eV_A[atom], force, ErrorGroup(.force, .element(element)))
      }
      if let ions { addIons(ions, found.forces_eV_A, forces) }
    }
    guard let stress = reference.stress_eV_A3 else { return }
    add(found.stress_eV_A3, stress, .stress, .pressure)
    if let ions, let forces = reference.forces_eV_A {
      add(
        ions.stressOfCentres(found.stress_eV_A3, found.forces_eV_A), ions.stressOfCentres(stress, forces),
        .ionStress, .ionPressure)
    }
  }

  /// Adds the errors of another system.
  package mutating func add(_ other: ErrorSums) {
    frames += other.frames
    for (group, sum) in other.sums { sums[group, default: PairedSum()].add(sum) }
  }

  /// In the units of the quantities.
  package var errors: [(group: ErrorGroup, errors: PairedErrors)] {
    var rows = sums.compactMap { group, sum in
      sum.errors(unit: group.quantity.unit.factor).map { (group, $0) }
    }
    let relative = ErrorGroup(.relativeEnergy)
    let offsetFree = sums[ErrorGroup(.energy)]?.errors(isCentred: true, unit: relative.quantity.unit.factor)
    if let offsetFree { rows.append((relative, offsetFree)) }
    return rows.sorted { $0.0 < $1.0 }
  }

  private mutating func add(_ computed: Double, _ reference: Double, _ group: ErrorGroup) {
    sums[group, default: PairedSum()].add(computed, reference)
  }

  private mutating func add(_ computed: Vector3, _ reference: Vector3, _ group: ErrorGroup) {
    for axis in 0..<3 { add(computed[axis], reference[axis], group) }
  }

  private mutating func add(
    _ computed: Tensor3, _ reference: Tensor3, _ stress: ErrorGroup.Quantity,
    _ pressure: ErrorGroup.Quantity
  ) {
    let (a, b) = (computed.elements, reference.elements)
    for (i, j) in [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)] {
      add((a[3 * i + j] + a[3 * j + i]) / 2, (b[3 * i + j] + b[3 * j + i]) / 2, ErrorGroup(stress))
    }
    add(-computed.trace / 3, -reference.trace / 3, ErrorGroup(pressure))
  }

  private mutating func addIons(_ ions: FrameIons, _ computed: [Vector3], _ reference: [Vector3]) {
    let structure = ions.structure
    for (kind, atoms) in zip(structure.moleculeKinds, structure.moleculeRanges) {
      let isSingle = atoms.count == 1
      for atom in atoms {
        let (f, r) = (computed[ions.order[atom]], reference[ions.order[atom]])
        add(f, r, ErrorGroup(.force, isSingle ? .singleIons : .molecularIons))
        add(f, r, ErrorGroup(.force, .ion(kind.name)))
      }
      guard !isSingle else { continue }
      let (net, netReference) = (ions.netForce(atoms, computed), ions.netForce(atoms, reference))
      let (torque, torqueReference) = (ions.torque(atoms, computed), ions.torque(atoms, reference))
      for members in [ErrorGroup.Members.molecularIons, .ion(kind.name)] {
        add(net, netReference, ErrorGroup(.netForce, members))
        add(torque, torqueReference, ErrorGroup(.torque, members))
      }
    }
  }
}

extension FrameIons {
  /// eV/Å.
  /// - Parameter forces: in the order of the frame.
  func netForce(_ atoms: Range<Int>, _ forces: [Vector3]) -> Vector3 {
    atoms.reduce(into: Vector3()) { $0 += forces[order[$1]] }
  }

  /// About the centre of mass, eV.
  func torque(_ atoms: Range<Int>, _ forces: [Vector3]) -> Vector3 {
    let centre = centreOfMass(atoms)
    return atoms.reduce(into: Vector3()) {
      $0 += cross(structure.positions[$1] - centre, forces[order[$1]])
    }
  }

  /// The stress without the forces inside of ions, that is with each ion's net force at its centre of mass: the
  /// virial −V σ loses Σ (r − R) ⊗ f. Not symmetric where ions feel torques.
  func stressOfCentres(_ stress_eV_A3: Tensor3, _ forces: [Vector3]) -> Tensor3 {
    var inner = Tensor3()
    for atoms in structure.moleculeRanges where atoms.count > 1 {
      let centre = centreOfMass(atoms)
      for atom in atoms { inner.add(structure.positions[atom] - centre, forces[order[atom]]) }
    }
    let share = 1 / structure.cell.volume
    return Tensor3(zip(stress_eV_A3.elements, inner.elements).map { $0 + $1 * share }[...])
  }

  package func centreOfMass(_ atoms: Range<Int>) -> Vector3 {
    var centre = Vector3()
    var mass = 0.0
    for atom in atoms {
      let m = Element(symbol: structure.elements[atom])?.mass_amu ?? 1
      centre += structure.positions[atom] * m
      mass += m
    }
    return centre / mass
  }
}
