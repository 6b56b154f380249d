import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Dynamics
@testable import Forces
@testable import Mathematics
@testable import Model
@testable import NEP

extension Engine {
  /// Extrapolation grades of the atoms of a simulation.
  @Suite struct ExtrapolationTests {
    private static let small: SmallNEP = {
      var small = SmallNEP(["H", "Na", "B"])
      (small.neurons, small.degrees) = (3, "2 1")
      return small
    }()

    private func model() throws -> NEPModel { try NEPModel(text: Self.small.text, source: "nep.txt") }

    private func activeSet(isByColumns: Bool = false) throws -> NEPActiveSet {
      let folder = try TemporaryFolder()
      let text = Self.small.activeSet(scale: 0.8, isByColumns: isByColumns)
      return try withExtendedLifetime(folder) {
        try NEPActiveSet(
          path: try folder.file("nep.asi", text), model: model(), order: isByColumns ? .columns : .rows)
      }
    }

    /// γ by atom id.
    private func grades(_ structure: Structure, _ set: NEPActiveSet, isCorrection: Bool = false) throws
      -> [Double]
    {
      let system = try isCorrection ? System(structure) : System(structure, nep: model())
      var settings = ForceSettings(skin_A: 1.5, coulombAccuracy: 1e-6, precision: .mixed)
      settings.nep = NEPForces(
        [try model()], elements: structure.elements, isCorrection: isCorrection, activeSet: set)
      let evaluator = try ForceEvaluator(
        cell: structure.cell, topology: system.topology, settings: settings, communicator: .alone())
      evaluator.domain.loadOwnMolecules(of: structure)
      try evaluator.rebuild()
      _ = try evaluator.evaluate(.all)
      let found = try #require(evaluator.extrapolationGrades())
      var byId = [Double](repeating: .nan, count: structure.atomCount)
      for i in found.indices { byId[Int(evaluator.domain.atoms.id[i])] = found[i] }
      return byId
    }

    /// Plain sums over descriptors from the definition, the derivatives of the network and the numbers of the file.
    @Test(arguments: [false, true])
    func gradesAreThoseOfPlainSums(_ isByColumns: Bool) throws {
      let structure = sheared(try shaken("nabh4"))
      let model = try model()
      let plain = PlainNEP(model: model)
      let found = try grades(structure, try activeSet(isByColumns: isByColumns))
      let size = Self.small.projectionSize
      let words = Self.small.activeSet(scale: 0.8).split(whereSeparator: \.isWhitespace)
      var inverses: [String: [Double]] = [:]
      for start in stride(from: 0, to: words.count, by: 3 + size * size) {
        inverses[String(words[start])] = words[(start + 3)..<(start + 3 + size * size)].compactMap {
          Double($0)
        }
      }
      for (atom, element) in structure.elements.enumerated() {
        let q = plain.descriptors(of: atom, structure)
        let network = model.networks[model.elements.firstIndex(of: element) ?? 0]
        var projection: [Double] = []
        for n in 0..<model.neuronCount {
          var x = -network.b0[n]
          for d in q.indices { x += network.w0[n * q.count + d] * q[d] }
          let slope = network.w1[n] / (cosh(x) * cosh(x))
          projection += q.map { $0 * slope } + [-slope, tanh(x)]
        }
        let inverse = try #require(inverses[element])
        var largest = 0.0
        for i in 0..<size {
          var sum = 0.0
          for k in 0..<size { sum += projection[k] * inverse[k * size + i] }
          largest = max(largest, abs(sum))
        }
        #expect(abs(found[atom] - largest) < 1e-10 * largest, "\(element) \(atom)")
      }
    }

    /// More atoms of an element than are multiplied together: copies of a cell have the grades of the cell.
    @Test func copiesHaveTheSameGrades() throws {
      let structure = try shaken("nabh4")
      let set = try activeSet()
      let one = try grades(structure, set)
      let many = structure.supercell(try SupercellMatrix(rows: [[4, 0, 0], [0, 3, 0], [0, 0, 3]]))
      #expect(many.elements.count { $0 == "H" } > 256)
      let found = try grades(many, set)
      // Cell by cell.
      for atom in found.indices {
        #expect(abs(found[atom] - one[atom % one.count]) < 1e-9 * one[atom % one.count])
      }
    }

    /// The classical potential below a correction changes nothing.
    @Test func baseChangesNoGrade() throws {
      let structure = try shaken()
      let set = try activeSet()
      let alone = try grades(structure, set)
      #expect(largestDifference(alone, try grades(structure, set, isCorrection: true)) < 1e-12)
      #expect((alone.max() ?? 0) > 0.01)
    }

    /// By element and by kind of ion, from the grades of the atoms.
    @Test func kindsHaveTheGradesOfTheirAtoms() throws {
      let structure = try shaken("nabh4")
      let set = try activeSet()
      var settings = ForceSettings(skin_A: 1, precision: .double)
      settings.nep = NEPForces([try model()], elements: structure.elements, activeSet: set)
      let system = try System(structure, nep: model())
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.0005)
      let kinds = AtomKinds(system.topology)
      #expect(kinds.names == ["B", "H", "Na", "BH4"])
      let found = try #require(try kinds.grades(in: simulation))
      let all = try grades(structure, set)
      for (name, share) in zip(kinds.names, found.shares) {
        let own = structure.elements.indices.filter {
          name == "BH4" ? structure.elements[$0] != "Na" : structure.elements[$0] == name
        }.map { all[$0] }
        #expect(abs(share.mean - own.reduce(0, +) / Double(own.count)) < 1e-9)
        #expect(abs(share.largest - (own.max() ?? 0)) < 1e-9)
        #expect(share.outside == own.count { $0 > 1 })
      }
      #expect(found.outside == all.count { $0 > 1 })
      #expect(abs(found.largest - (all.max() ?? 0)) < 1e-9)
      #expect((1..<all.count).contains(found.outside))
    }

    /// Rows that are no multiple of four, and vectors whose bits do not depend on what lies beside them.
    @Test(arguments: [1, 3, 4, 37, 70])
    func largestProductsAreThoseOfPlainSums(_ size: Int) {
      var random = SplitMix64(seed: UInt64(size))
      let matrix = (0..<(size * size)).map { _ in Double.random(in: -1...1, using: &random) }
      let vectors = (0..<(3 * size)).map { _ in
        LargestProduct.Lanes.random(in: -1...1, using: &random)
      }
      var largest = [LargestProduct.Lanes](repeating: .init(repeating: 7), count: 3)
      LargestProduct.find(matrix, size: size, vectors: vectors, panels: 3, largest: &largest)
      for panel in 0..<3 {
        for lane in 0..<8 {
          let sums = (0..<size).map { row in
            (0..<size).reduce(0.0) { $0 + matrix[row * size + $1] * vectors[panel * size + $1][lane] }
          }
          #expect(abs(largest[panel][lane] - (sums.map(abs).max() ?? 0)) < 1e-13)
        }
      }
      var swapped = vectors
      for k in 0..<size { swapped[k] = .init(repeating: vectors[k][5]) }
      var alone = largest
      LargestProduct.find(matrix, size: size, vectors: swapped, panels: 1, largest: &alone)
      #expect(alone[0][2] == largest[0][5])
    }
  }
}
