import Crystal
import Foundation
import MPI
import Mathematics
import Model
import Support
import TestSupport
import Testing

@testable import Forces
@testable import NEP
@testable import Selection
@testable import SinglePoints

extension Engine {
  /// Active sets that are built here, read back and used.
  @Suite struct ActiveSetTests {
    /// Random frames of a few atoms.
    private func frames(_ count: Int, seed: UInt64, spread: Double = 0.25) -> String {
      let random = CounterRandom(seed: seed)
      return (0..<count).map { frame in
        var lines = ["4", "Lattice=\"4.8 0 0 0 5 0 0 0 5.2\" Properties=species:S:1:pos:R:3"]
        let corners: [Vector3] = [[0, 0, 0], [2.4, 0, 0], [0, 2.5, 0], [0, 0, 2.6]]
        for (atom, corner) in corners.enumerated() {
          let r = corner + random.normal3(.noise, id: Int32(atom), step: Int64(frame)) * spread
          lines.append("\(atom < 2 ? "H" : "Na") \(r.x) \(r.y) \(r.z)")
        }
        return lines.joined(separator: "\n") + "\n"
      }.joined()
    }

    private func model() throws -> NEPModel {
      var small = SmallNEP(["H", "Na", "B"])
      small.neurons = 3
      small.counts = (1, 0)
      small.degrees = "2 0 0"
      return try NEPModel(text: small.text, source: "nep.txt")
    }

    private func grades(_ path: String, _ set: String, _ order: ActiveSetOrder) throws -> [Double] {
      let potential = LoadedPotential.nep([try model()], base: nil)
      return try FrameEnergies(
        FrameEnergies.Request(
          path: path, potential: potential, keys: ReferenceKeys(),
          grader: ExtrapolationGrader(path: set, order: order, potential: potential)), on: .alone()
      ).frames.compactMap(\.largestGrade)
    }

    @Test(arguments: ActiveSetOrder.allCases)
    func noAtomOfTheTrainingSetIsOutside(_ order: ActiveSetOrder) throws {
      let folder = try TemporaryFolder()
      let training = try folder.file("train.extxyz", frames(60, seed: 1))
      let hull = try TrainedHull(model(), training: [FrameInput(training)], on: .alone())
      #expect(hull.frameCount == 60 && hull.coverage.map(\.element) == ["H", "Na"])
      #expect(hull.coverage.allSatisfy { $0.atoms == 120 && $0.rank <= hull.set.size })
      try hull.set.write(to: folder.file("nep.asi"), order: order)
      let inside = try grades(training, folder.file("nep.asi"), order)
      #expect((inside.max() ?? 2) <= 1.0101)
      // As the set says itself; and it is reached, by its own members.
      let largest = hull.coverage.map(\.largestGrade).max() ?? 0
      #expect(abs((inside.max() ?? 0) - largest) < 1e-6 && largest > 1 - 1e-6)
      // Frames of wider displacements are outside.
      let wide = try folder.file("wide.extxyz", frames(10, seed: 2, spread: 0.8))
      let outside = try grades(wide, folder.file("nep.asi"), order)
      #expect(outside.count { $0 > 2 } > 7)
    }

    /// Fewer atoms than a projection has numbers: they are inside, and another frame has a grade all the same.
    @Test func smallTrainingSetsHaveGradesToo() throws {
      let folder = try TemporaryFolder()
      let training = try folder.file("train.extxyz", frames(3, seed: 1))
      let hull = try TrainedHull(model(), training: [FrameInput(training)], on: .alone())
      #expect(hull.coverage.allSatisfy { $0.rank == 6 })
      try hull.set.write(to: folder.file("nep.asi"))
      #expect((try grades(training, folder.file("nep.asi"), .rows).max() ?? 2) <= 1.0101)
      let others = try grades(
        folder.file("other.extxyz", frames(5, seed: 3)), folder.file("nep.asi"), .rows)
      #expect(others.allSatisfy { $0 > 0 && $0.isFinite })
    }

    /// Against finite differences of the energy by the parameters.
    @Test func projectionsAreThoseOfTheNetwork() throws {
      let model = try model()
      let network = model.network(of: 0)
      let q = (0..<model.descriptorCount).map { 0.1 * Double($0) - 0.2 }
      func energy(_ network: NEPModel.Network) -> Double {
        network.b0.indices.reduce(0) { sum, neuron in
          let argument = q.indices.reduce(-network.b0[neuron]) {
            $0 + network.w0[neuron * q.count + $1] * q[$1]
          }
          return sum + network.w1[neuron] * tanh(argument)
        }
      }
      var projection: [Double] = []
      network.appendProjection(q[...], to: &projection)
      #expect(projection.count == model.neuronCount * (model.descriptorCount + 2))
      let h = 1e-5
      func slope(_ change: (inout NEPModel.Network, Double) -> Void) -> Double {
        var (up, down) = (network, network)
        change(&up, h)
        change(&down, -h)
        return (energy(up) - energy(down)) / (2 * h)
      }
      for neuron in 0..<model.neuronCount {
        let first = neuron * (q.count + 2)
        for d in q.indices {
          #expect(abs(projection[first + d] - slope { $0.w0[neuron * q.count + d] += $1 }) < 1e-9)
        }
        #expect(abs(projection[first + q.count] - slope { $0.b0[neuron] += $1 }) < 1e-9)
        #expect(abs(projection[first + q.count + 1] - slope { $0.w1[neuron] += $1 }) < 1e-9)
      }
    }

    @Test func elementsOfOtherModelsAreRefused() throws {
      let model = try model()
      #expect(throws: (any Error).self) {
        try NEPActiveSet.build(
          model, descriptors: ["K": [Double](repeating: 1, count: model.descriptorCount)])
      }
      #expect(throws: (any Error).self) {
        try NEPActiveSet.build(
          model, descriptors: ["H": [Double](repeating: .nan, count: model.descriptorCount)])
      }
      #expect(throws: (any Error).self) { try NEPActiveSet.build(model, descriptors: [:]) }
    }
  }
}
