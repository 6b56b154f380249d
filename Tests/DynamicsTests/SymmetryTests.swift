import Crystal
import Forces
import Foundation
import Mathematics
import Model
import Testing

extension Engine {
  @Suite struct SymmetryTests {
    private let settings = ForceSettings(coulombAccuracy: 1e-9, precision: .double)

    /// Pair and bonded forces come in opposite pairs; what is left is rounding of some 10⁴ terms.
    @Test(arguments: [Precision.double, .mixed])
    func pairAndBondedForcesSumToZero(_ precision: Precision) throws {
      let structure = try shaken("na2b12h12-bcc", papersCell)
      let system = try System(structure, forceField: .only(pairs: true, bonded: true))
      let found = try system.evaluate(ForceSettings(coulombAccuracy: 1e-6, precision: precision))
      let sum = found.forces.reduce(Vector3(), +)
      #expect(length(sum) < (precision == .double ? 1e-10 : 1e-3) * rms(found.forces))
      #expect(rms(found.forces) > 0.1)
    }

    /// To the accuracy of the mesh, 1.4e-8 eV/Å, for all terms; to rounding without charges.
    @Test func forcesDoNotDependOnOrigin() throws {
      let structure = sheared(try shaken("na2b12h12-bcc", papersCell))
      var moved = structure
      for i in moved.positions.indices { moved.positions[i] += [3.21, -17.4, 40.02] }
      for (forceField, tolerance) in [
        (try ForceFieldFile.load(ForceFieldFile.builtInName), 1e-7),
        (try ForceFieldFile.only(pairs: true, bonded: true), 1e-11),
      ] {
        let a = try System(structure, forceField: forceField).evaluate(settings)
        let b = try System(moved, forceField: forceField).evaluate(settings)
        #expect(rmsDifference(a.forces, b.forces) < tolerance * rms(a.forces))
        #expect(abs(a.result.potential - b.result.potential) < tolerance * max(1, abs(a.result.potential)))
        #expect(largestDifference(a.result.virial.elements, b.result.virial.elements) < tolerance * 1e3)
      }
    }

    @Test func forcesDoNotDependOnOrderOfMolecules() throws {
      let structure = try shaken("na2b12h12-bcc", papersCell)
      var random = SplitMix64(seed: 5)
      let order = structure.moleculeRanges.indices.shuffled(using: &random)
      var other = Structure(cell: structure.cell, elements: [], positions: [], moleculeOfAtom: [])
      var oldIds: [Int] = []
      for (new, old) in order.enumerated() {
        for atom in structure.moleculeRanges[old] {
          other.elements.append(structure.elements[atom])
          other.positions.append(structure.positions[atom])
          other.moleculeOfAtom.append(new)
          oldIds.append(atom)
        }
      }
      let a = try System(structure).evaluate(settings)
      let b = try System(other).evaluate(settings)
      // Only the order of sums differs.
      #expect(rmsDifference(oldIds.map { a.forces[$0] }, b.forces) < 1e-11 * rms(a.forces))
      #expect(abs(a.result.potential - b.result.potential) < 1e-11 * abs(a.result.potential))
    }

    /// Cell and mesh rotate with the atoms, so that only rounding differs.
    @Test func forcesTurnWithEverything() throws {
      let structure = sheared(try shaken("na2b12h12-bcc", papersCell))
      let (c, s) = (cos(0.7), sin(0.7))
      let (d, t) = (cos(-1.9), sin(-1.9))
      let turn = [[c, -s, 0], [d * s, d * c, -t], [t * s, t * c, d]]
      let a = try System(structure).evaluate(settings)
      let b = try System(structure.strained(turn)).evaluate(settings)
      let turned = a.forces.map { f -> Vector3 in
        let rows = turn.map { dot([$0[0], $0[1], $0[2]], f) }
        return [rows[0], rows[1], rows[2]]
      }
      #expect(rmsDifference(turned, b.forces) < 1e-10 * rms(a.forces))
      #expect(abs(a.result.potential - b.result.potential) < 1e-11 * abs(a.result.potential))
      #expect(abs(a.result.virial.trace - b.result.virial.trace) < 1e-8)
    }

    /// A molecule translated by lattice vectors is the same molecule.
    @Test func imagesAreTheSameAtom() throws {
      let structure = sheared(try shaken("na2b12h12-bcc", papersCell))
      var random = SplitMix64(seed: 8)
      var other = structure
      for range in structure.moleculeRanges {
        let cells = (0..<3).map { _ in Int32(random.next(below: 5)) - 2 }
        let shift = structure.cell.shift([cells[0], cells[1], cells[2]])
        for atom in range { other.positions[atom] += shift }
      }
      let a = try System(structure).evaluate(settings)
      let b = try System(other).evaluate(settings)
      #expect(rmsDifference(a.forces, b.forces) < 1e-10 * rms(a.forces))
      #expect(largestDifference(a.result.virial.elements, b.result.virial.elements) < 1e-8)
    }

    /// The forces in a supercell equal those in its cell.
    @Test func supercellRepeatsItsCell() throws {
      let structure = try shaken()
      let big = structure.supercell(try SupercellMatrix(rows: papersCell))
      let a = try System(structure).evaluate(settings)
      let b = try System(big).evaluate(settings)
      #expect(abs(4 * a.result.potential - b.result.potential) < 1e-8 * abs(b.result.potential))
      let repeated = (0..<4).flatMap { _ in a.forces }
      #expect(rmsDifference(repeated, b.forces) < 1e-7 * rms(a.forces))
    }

    /// Single precision has 24 bits; sums over some hundred neighbours lose a few of them.
    @Test func mixedPrecisionIsNearDouble() throws {
      let system = try System(shaken("na2b12h12-bcc", [[2, 0, 0], [0, 2, 0], [0, 0, 2]]))
      let double = try system.evaluate(ForceSettings(coulombAccuracy: 1e-5, precision: .double))
      let mixed = try system.evaluate(
        ForceSettings(coulombAccuracy: 1e-5, precision: .mixed, ewald: double.ewald))
      let error = rmsDifference(double.forces, mixed.forces) / rms(double.forces)
      #expect(error < 1e-5)
      #expect(error > 1e-9, "the kernels are one and the same")
      #expect(abs(double.result.potential - mixed.result.potential) < 1e-5 * abs(double.result.potential))
      #expect(
        largestDifference(double.result.virial.elements, mixed.result.virial.elements)
          < 1e-5 * (double.result.virial.elements.map(abs).max() ?? 0))
    }

    /// Computing energies and virial does not change the forces.
    @Test func forcesAreTheSameWithoutEnergies() throws {
      let system = try System(shaken("na2b12h12-bcc", papersCell))
      let forceEvaluator = try ForceEvaluator(
        cell: system.structure.cell, topology: system.topology, settings: settings, communicator: .alone())
      forceEvaluator.domain.loadOwnMolecules(of: system.structure)
      try forceEvaluator.rebuild()
      let atoms = forceEvaluator.domain.atoms
      _ = try forceEvaluator.evaluate(.all)
      let with = (0..<atoms.count).map { atoms.force[$0] }
      _ = try forceEvaluator.evaluate([])
      let without = (0..<atoms.count).map { atoms.force[$0] }
      #expect(rmsDifference(with, without) < 1e-13 * rms(with))
    }
  }
}
