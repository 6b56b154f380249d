import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Forces
@testable import Mathematics
@testable import Model
@testable import NEP

extension Engine {
  /// Models with random parameters on built-in structures.
  @Suite struct NEPTests {
    /// Kinds of models, by their differences.
    enum Kind: CaseIterable {
      case plain, version3, repulsive, flexible, typewise, covalent, manyFunctions, highDegree, radialOnly,
        fourBodies
      case typeBiases

      var small: SmallNEP {
        var small = SmallNEP(["H", "Na", "B"])
        switch self {
        case .plain: break
        case .version3: small.version = 3
        case .repulsive: small.zbl = "0.8 1.6"
        case .flexible: small.zbl = "0 0"
        case .typewise: small.cutoff = "4.5 3.5 5 4 4 4 100 60"
        case .covalent:
          small.cutoff = "5 4 100 60 2.5 2 0.65"
          small.zbl = "1 2"
        case .manyFunctions:
          small.counts = (10, 9)
          small.bases = (12, 9)
          small.neurons = 33
        case .highDegree: small.degrees = "8 2 0"
        case .radialOnly: small.degrees = "0 0 0"
        case .fourBodies: small.degrees = "4 2 1 1 1 1 1"
        case .typeBiases:
          small.version = 5
          small.degrees = "5 0 1 0 1 0 1"
        }
        return small
      }

      func model() throws -> NEPModel { try NEPModel(text: small.text, source: "nep.txt") }
    }

    private struct Case {
      var structure: Structure
      let model: NEPModel

      func evaluate(_ precision: Precision = .double) throws -> Evaluation {
        let settings = ForceSettings(nep: model, elements: structure.elements, precision: precision)
        return try System(structure, nep: model).evaluate(settings)
      }
    }

    /// Against the definition: 1e-12 of the energy, where rounding of some hundred sums gives 1e-14.
    @Test(arguments: [
      Kind.plain, .version3, .manyFunctions, .highDegree, .radialOnly, .fourBodies, .typeBiases,
    ])
    func energyIsThatOfTheDefinition(_ kind: Kind) throws {
      let system = Case(structure: sheared(try shaken("nabh4")), model: try kind.model())
      let found = try system.evaluate().result.manyBodies
      let wanted = PlainNEP(model: system.model).energy(system.structure)
      #expect(abs(found - wanted) < 1e-12 * abs(wanted) + 1e-12, "\(found) \(wanted)")
    }

    /// Five points: errors of the differences are h⁴ E⁽⁵⁾/30 with a fifth derivative of 10⁵ to 10⁶ for the functions of the
    /// highest orders, some 1e-9; of rounding 1e-13 |E|/h, as much.
    @Test(arguments: Kind.allCases)
    func forcesAreTheGradient(_ kind: Kind) throws {
      let step = 3e-4
      let system = Case(structure: sheared(try shaken("nabh4")), model: try kind.model())
      let forces = try system.evaluate().forces
      #expect(rms(forces) > 0.01)
      for (n, atom) in forces.indices.enumerated() {
        let k = n % 3
        let slope = try derivative(step) { shift in
          var moved = system
          moved.structure.positions[atom][k] += shift
          return try moved.evaluate().result.potential
        }
        #expect(abs(slope + forces[atom][k]) < 2e-7 * max(1, rms(forces)), "atom \(atom), axis \(k)")
      }
      let sum = forces.reduce(Vector3(), +)
      #expect(length(sum) < 1e-11 * max(1, rms(forces)))
    }

    @Test(arguments: Kind.allCases)
    func virialIsTheStrainDerivative(_ kind: Kind) throws {
      let system = Case(structure: sheared(try shaken("nabh4")), model: try kind.model())
      let virial = try system.evaluate().result.virial.elements
      let largest = virial.map(abs).max() ?? 0
      for i in 0..<3 {
        for j in 0..<3 {
          let slope = try derivative(3e-5) { strain in
            var matrix = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]
            matrix[i][j] += strain
            var moved = system
            moved.structure = system.structure.strained(matrix)
            return try moved.evaluate().result.potential
          }
          #expect(abs(slope + virial[3 * i + j]) < 1e-7 * max(10, largest), "strain \(i)\(j)")
        }
      }
    }

    /// Single precision has 6e-8; sums of many terms with signs lose two digits of the forces.
    @Test(arguments: Kind.allCases)
    func mixedPrecisionIsNear(_ kind: Kind) throws {
      let system = Case(structure: sheared(try shaken("na2b12h12-bcc")), model: try kind.model())
      let double = try system.evaluate(.double)
      let mixed = try system.evaluate(.mixed)
      #expect(rmsDifference(double.forces, mixed.forces) < 1e-5 * rms(double.forces))
      #expect(abs(double.result.potential - mixed.result.potential) < 1e-6 * abs(double.result.potential))
      #expect(
        largestDifference(double.result.virial.elements, mixed.result.virial.elements)
          < 1e-5 * (double.result.virial.elements.map(abs).max() ?? 0))
    }

    /// A cell smaller than half of the cut-off has the same forces as the same crystal in a larger cell.
    @Test func smallCellIsTheLargeOne() throws {
      let small = Case(structure: try shaken("nabh4"), model: try Kind.plain.model())
      let large = Case(
        structure: small.structure.supercell(try SupercellMatrix(diagonal: [2, 2, 3])), model: small.model)
      #expect(small.structure.cell.heights.min() < 5)
      let one = try small.evaluate()
      let many = try large.evaluate()
      #expect(abs(many.result.potential - 12 * one.result.potential) < 1e-11 * abs(many.result.potential))
      func sorted(_ forces: [Vector3]) -> [Double] { forces.map { length($0) }.sorted() }
      let twelve = sorted(one.forces).flatMap { [Double](repeating: $0, count: 12) }
      #expect(largestDifference(sorted(many.forces), twelve) < 1e-10)
    }

    /// A rotated crystal has rotated forces: the harmonics prefer no axis.
    @Test(arguments: [Kind.plain, .highDegree])
    func turnsDoNotMatter(_ kind: Kind) throws {
      let system = Case(structure: try shaken("nabh4"), model: try kind.model())
      let (c, s) = (cos(0.7), sin(0.7))
      let (d, t) = (cos(1.1), sin(1.1))
      let matrix = [[c, -s, 0], [s * d, c * d, -t], [s * t, c * t, d]]
      var turned = system
      turned.structure = system.structure.strained(matrix)
      let before = try system.evaluate()
      let after = try turned.evaluate()
      #expect(abs(before.result.potential - after.result.potential) < 1e-11 * abs(before.result.potential))
      let expected = before.forces.map { f in
        Vector3(
          matrix[0][0] * f.x + matrix[0][1] * f.y + matrix[0][2] * f.z,
          matrix[1][0] * f.x + matrix[1][1] * f.y + matrix[1][2] * f.z,
          matrix[2][0] * f.x + matrix[2][1] * f.y + matrix[2][2] * f.z)
      }
      #expect(rmsDifference(after.forces, expected) < 1e-11 * rms(after.forces))
    }

    @Test func unknownElementIsNamed() throws {
      let model = try NEPModel(text: SmallNEP(["Na", "B"]).text, source: "nep.txt")
      let error = #expect(throws: PotentialError.self) {
        try System(shaken("nabh4"), nep: model)
      }
      #expect(error?.description.contains("nep.txt knows no H") == true)
    }

    /// Masses depend on the kind of molecule; links on the bonds at the start.
    @Test func topologyKnowsTheAnions() throws {
      let model = try Kind.plain.model()
      let structure = try shaken("o-nbh")
      let topology = try Topology(structure: structure, nep: model, massScaleOfMolecule: ["BH4": 2])
      let names = Set(topology.templates.map(\.kind))
      #expect(names == ["Na", "B12H12", "BH4"])
      #expect(topology.species.sorted() == ["B", "H", "Na"])
      func mass(_ name: String) -> Double? {
        topology.typeNames.firstIndex(of: name).map { topology.masses_amu[$0] }
      }
      #expect(mass("H of BH4") == 2.016)
      #expect(mass("H of B12H12") == 1.008)
      #expect(mass("Na").map { abs($0 - 22.98976928) < 1e-9 } == true)
      for template in topology.templates {
        let links = ["Na": 0, "BH4": 4, "B12H12": 42][template.kind]
        #expect(template.links.count == links, "\(template.kind)")
      }
    }
  }
}
