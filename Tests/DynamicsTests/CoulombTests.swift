import Crystal
import Forces
import Foundation
import Mathematics
import Testing
import Units

extension Engine {
  @Suite struct CoulombTests {
    /// Rock salt with unit charges 1 Å apart: E per pair of ions is −1.747564594633… e²/4πε0.
    @Test func plainSumGivesMadelungConstant() {
      var positions: [Vector3] = []
      var charges: [Double] = []
      for i in 0..<8 {
        let r = Vector3(Double(i & 1), Double(i >> 1 & 1), Double(i >> 2))
        positions.append(r)
        charges.append((i & 1 + i >> 1 & 1 + i >> 2).isMultiple(of: 2) ? 1 : -1)
      }
      for alpha in [1.5, 2.2] {
        let sum = PlainEwald(cell: Cell(cubic: 2), positions: positions, charges: charges, alpha: alpha)
        #expect(abs(sum.energy / 4 / -Constants.coulomb - 1.747564594633182) < 1e-12)
        #expect(rms(sum.forces) < 1e-10)
        // E is homogeneous of degree −1 in the lengths, so that the trace of the virial is E itself.
        #expect(abs(sum.virial[0][0] + sum.virial[1][1] + sum.virial[2][2] - sum.energy) < 1e-10)
      }
    }

    /// The reference converges: a different splitting parameter gives the same to 1e-10.
    @Test func plainSumDoesNotDependOnSplitting() throws {
      let structure = sheared(try shaken())
      let a = try reference(structure, alpha: 0.4)
      let b = try reference(structure, alpha: 0.55)
      #expect(abs(a.energy - b.energy) < 1e-10 * abs(a.energy))
      #expect(rmsDifference(a.forces, b.forces) < 1e-10 * rms(a.forces))
    }

    /// With a mesh so fine that it has no error of its own, the mesh equals the plain sum.
    ///
    /// erfc(0.6·9) = 2e-14 of the forces lie beyond the cut-off; splines of order 8 on points 0.11 Å apart
    /// leave (0.6·0.11)⁸ ≈ 4e-10 of them.
    @Test(arguments: ["one cell", "triclinic", "208 atoms", "K"])
    func fineMeshMatchesPlainSum(_ which: String) throws {
      let structure =
        switch which {
        case "one cell": try shaken()
        case "triclinic": sheared(try shaken())
        case "K": try shaken("k2b12h12")
        default: try shaken("na2b12h12-bcc", papersCell)
        }
      let wanted = try reference(structure)
      let lengths = structure.cell.vectors.map { length($0) }
      // Nothing may rely on equal numbers of points along the axes.
      let grid = SIMD3(grid(lengths[0] / 0.11), grid(lengths[1] / 0.105), grid(lengths[2] / 0.1))
      let settings = ForceSettings(
        precision: .double, ewald: EwaldParameters(alpha: 0.6, cutoff_A: 9, grid: grid, order: 8))
      let found = try System(structure, forceField: .only(charges: true)).evaluate(settings)
      #expect(abs(found.result.shortRange) < 1e-20 && found.result.bonded == 0)
      #expect(abs(found.result.coulomb - wanted.energy) < 1e-9 * abs(wanted.energy))
      #expect(rmsDifference(found.forces, wanted.forces) < 1e-9 * rms(wanted.forces))
      let virial = wanted.virial.flatMap { $0 }
      #expect(
        largestDifference(found.result.virial.elements, virial) < 1e-9 * (virial.map(abs).max() ?? 0))
    }

    /// The next product of 2, 3 and 5.
    private func grid(_ least: Double) -> Int {
      func isSmooth(_ n: Int) -> Bool {
        var rest = n
        for prime in [2, 3, 5] { while rest.isMultiple(of: prime) { rest /= prime } }
        return rest == 1
      }
      var n = Int(least)
      while !isSmooth(n) { n += 1 }
      return n
    }

    /// The error estimate that chooses the splitting parameter and the mesh holds.
    @Test(arguments: [1e-4, 1e-5, 1e-6], [false, true])
    func forceErrorStaysBelowRequested(_ accuracy: Double, isTriclinic: Bool) throws {
      let structure = isTriclinic ? sheared(try shaken()) : try shaken("na2b12h12-bcc", papersCell)
      let wanted = try reference(structure)
      let found = try System(structure, forceField: .only(charges: true)).evaluate(
        ForceSettings(coulombAccuracy: accuracy, precision: .double))
      let error = rmsDifference(found.forces, wanted.forces)
      #expect(error < accuracy * Constants.coulomb)
      // Nor is the error far below the target, which would cost time.
      #expect(error > 0.01 * accuracy * Constants.coulomb)
    }

    private func reference(_ structure: Structure, alpha: Double = 0.45) throws -> PlainEwald {
      let topology = try System(structure).topology
      return PlainEwald(
        cell: structure.cell, positions: structure.positions,
        charges: topology.typeOfAtom.map { topology.charges_e[Int($0)] },
        moleculeOfAtom: structure.moleculeOfAtom, alpha: alpha)
    }
  }
}
