import Foundation
import Support
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Model
@testable import NEP
@testable import Training

extension Engine {
  /// What training is made of.
  @Suite struct TrainingPartsTests {
    private static func frame(_ model: NEPModel, seed: UInt64 = 11) throws -> TrainingFrame {
      var random = SplitMix64(seed: seed)
      let structure = sheared(try shaken("nabh4", seed: seed))
      let geometry = try NEPFrame(
        cell: structure.cell, symbols: structure.elements, positions: structure.positions, model: model)
      let labels = (0..<geometry.atomCount).map { _ in randomVector(&random) }
      let zero = [Vector3](repeating: Vector3(), count: geometry.atomCount)
      var composition = [Double](repeating: 0, count: model.elements.count)
      for type in geometry.types { composition[Int(type)] += 1 }
      return TrainingFrame(
        geometry: geometry,
        origin: TrainingFrame.Origin(file: "a.extxyz", frame: 1, line: 1, system: nil, source: nil),
        energy_eV: -3, forces_eV_A: labels, virial_eV: Tensor3([3, 1, 2, 1, -2, 0.5, 2, 0.5, 1]),
        fixed: NEPGradient.Values(energy_eV: 0, forces_eV_A: zero, virial_eV: Tensor3()), weight: 1.3,
        energyWeight: 0.7,
        ions: [
          TrainingIon(atoms: [2, 3, 5], places: [[0.1, 0.2, 0], [-1, 0.5, 0.3], [0.2, 0, -0.9]]),
          TrainingIon(atoms: [8, 9], places: [[0.5, 0, 0], [-0.5, 0, 0]]),
        ], composition: composition)
    }

    /// A checkpoint of an older version has the place of the base in its digest: it is gone on from, one of another training is not.
    @Test func checkpointsOfOlderDigestsAreTaken() throws {
      let folder = try TemporaryFolder()
      let path = folder.file("checkpoint.json")
      let state = TrainingState(try NEPTests.Kind.typeBiases.model())
      try TrainingCheckpoint(input: "older", state: state).write(to: path)
      #expect(try TrainingCheckpoint.load(path, inputs: ["newer", "older"]) == state)
      #expect(throws: InputError.self) { try TrainingCheckpoint.load(path, inputs: ["newer"]) }
    }

    /// The loss of two frames by differences of the parameters: what the trainer descends.
    @Test func lossHasTheSlopesOfItsDifferences() throws {
      var weights = LossWeights()
      (weights.ionForce, weights.ionTorque, weights.elements) = (0.4, 0.3, ["Na": 3])
      let model = try NEPTests.Kind.typeBiases.model()
      let frames = [try Self.frame(model), try Self.frame(model, seed: 12)]
      let loss = TrainingLoss(weights, elements: model.elements)
      let gradient = try NEPGradient(model, precision: .double)
      func sums() -> LossSums {
        var sums = LossSums()
        for frame in frames { loss.add(frame, gradient.evaluate(frame.geometry), to: &sums) }
        return sums
      }
      var batch = LossSums()
      for frame in frames { loss.addWeights(of: frame, to: &batch) }
      for frame in frames {
        let slopes = loss.slopes(frame, gradient.evaluate(frame.geometry), batch: batch)
        gradient.addGradient(
          frame.geometry, energySlope: slopes.energy, forceSlopes: slopes.forces, virialSlope: slopes.virial)
      }
      let found = gradient.derivatives
      let scale = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
      for index in stride(from: 3, to: found.count, by: found.count / 30) {
        let wanted = derivative(1e-3) { shift in
          var parameters = model.parameters
          parameters[index] += shift
          gradient.update(model.replacing(parameters: parameters))
          return sums().loss(weights)
        }
        #expect(
          abs(found[index] - wanted) < 1e-6 * max(abs(wanted), scale), "\(index): \(found[index]) \(wanted)")
      }
    }

    /// What is written is read again, to the digits of the file.
    @Test(arguments: NEPTests.Kind.allCases)
    func writtenModelsAreRead(_ kind: NEPTests.Kind) throws {
      let model = try kind.model()
      let text = model.text(mostNeighbours: (100, 60))
      let again = try NEPModel(text: text, source: "nep.txt")
      #expect(again.version == model.version && again.elements == model.elements)
      #expect(
        again.radial.cutoffs_A == model.radial.cutoffs_A && again.angular.cutoffs_A == model.angular.cutoffs_A
      )
      #expect(
        again.radial.cutoffFactor == model.radial.cutoffFactor
          && again.repulsion?.form.kind == model.repulsion?.form.kind)
      #expect(again.triples == model.triples && again.largestDegree == model.largestDegree)
      for (a, b) in zip(again.parameters + again.scaling, model.parameters + model.scaling) {
        #expect(abs(a - b) < 1e-8 * max(1, abs(b)))
      }
      #expect(again.parameters.count == model.parameters.count)
      #expect(again.text(mostNeighbours: (100, 60)) == text)
    }

    /// A model for fewer elements in another order has the same energies.
    @Test(arguments: [NEPTests.Kind.plain, .version3, .typeBiases, .typewise])
    func restrictedModelsHaveTheSameEnergies(_ kind: NEPTests.Kind) throws {
      let model = try kind.model()
      let small = try #require(model.restricted(to: ["B", "H"]))
      #expect(model.restricted(to: ["Li"]) == nil)
      let (symbols, cell) = (["B", "H", "H", "B"], Cell(cubic: 6))
      let positions: [Vector3] = [[0, 0, 0], [1.2, 0.1, 0], [3, 3, 2.9], [3.1, 4.2, 3]]
      let energies = try [model, small].map { model in
        let frame = try NEPFrame(cell: cell, symbols: symbols, positions: positions, model: model)
        return try NEPGradient(model, precision: .double).evaluate(frame).energy_eV
      }
      #expect(abs(energies[0] - energies[1]) < 1e-12, "\(energies)")
    }

    /// Versions 4 and 5 are the same model.
    @Test(arguments: [NEPTests.Kind.plain, .typeBiases, .version3])
    func versionsHaveTheSameEnergies(_ kind: NEPTests.Kind) throws {
      let model = try kind.model()
      let four = model.withTypeBiases.withoutTypeBiases
      #expect(model.withTypeBiases.version == 5 && four.version == 4)
      #expect(four.neuronCount == model.neuronCount + (kind == .typeBiases ? 1 : 0))
      let energies = try [model, model.withTypeBiases, four, four.withTypeBiases].map { model in
        let frame = try Self.frame(model)
        return try NEPGradient(model, precision: .double).evaluate(frame.geometry).energy_eV
      }
      for energy in energies { #expect(abs(energy - energies[0]) < 1e-11 * abs(energies[0]), "\(energies)") }
      #expect(four.withTypeBiases.neuronCount == model.neuronCount)
    }

    /// Energies of 1, −2 and 5 eV for the elements are found again; where one composition is all there is, their mean.
    @Test func biasesAreSolved() throws {
      let model = try NEPTests.Kind.typeBiases.model()
      let frame = try Self.frame(model)
      func solved(_ compositions: [[Double]], isByElement: Bool = true) -> [Double] {
        var biases = EnergyBiases(types: 3, isByElement: isByElement)
        for composition in compositions {
          let copy = frame.with(composition: composition)
          biases.add(copy, error_eV: composition[0] - 2 * composition[1] + 5 * composition[2])
        }
        return biases.changes_eV
      }
      for (a, b) in zip(solved([[1, 2, 3], [2, 1, 1], [0, 1, 4]]), [1.0, -2, 5]) {
        #expect(abs(a - b) < 1e-9)
      }
      let one = solved([[1, 1, 2], [2, 2, 4]])
      #expect(abs(one[0] + one[1] + 2 * one[2] - 9) < 1e-9, "\(one)")
      let atoms = Double(frame.atomCount)
      #expect(abs(solved([[1, 1, 2]], isByElement: false)[0] - 9 / atoms) < 1e-9)
    }

    /// Every frame is computed by one rank, and none does much more than another.
    @Test func framesAreDealtByCost() {
      let costs = (0..<40).map { 50 + $0 * 37 % 80 }
      let shares = (0..<3).map { BatchOrder.share(0..<40, costs: costs, rank: $0, of: 3) }
      #expect(shares.flatMap { $0 }.sorted() == Array(0..<40))
      let loads = shares.map { $0.reduce(0) { $0 + costs[$1] } }
      #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 80)
      let order = BatchOrder(count: 21, size: 8, seed: 1, epoch: 3)
      #expect((0..<order.count).flatMap { Array(order[$0]) }.sorted() == Array(0..<21))
      #expect(order.frames != BatchOrder(count: 21, size: 8, seed: 1, epoch: 4).frames)
    }

    /// Of a batch every atom is one rank's.
    @Test func atomsAreDealtByCost() throws {
      let model = try NEPTests.Kind.plain.model()
      let frames = [try Self.frame(model), try Self.frame(model, seed: 12), try Self.frame(model, seed: 13)]
      let total = frames.reduce(0) { $0 + $1.atomCount }
      for ranks in [1, 2, 5, 40] {
        let shares = (0..<ranks).map { BatchOrder.atoms(of: frames, rank: $0, of: ranks) }
        for index in frames.indices {
          let atoms = shares.flatMap { Array($0[index]) }
          #expect(atoms == Array(0..<frames[index].atomCount), "\(ranks)")
        }
        let counts = shares.map { $0.reduce(0) { $0 + $1.count } }
        #expect((counts.max() ?? 0) <= total / ranks + 4, "\(counts)")
      }
    }

    /// An epoch that went astray is undone: with the parameters from which an epoch went well, and a lower rate.
    @Test func trainingGoesBackWhereItWentAstray() throws {
      let model = try NEPTests.Kind.plain.model()
      var state = TrainingState(model)
      let rate = LearningRate(highest: 0.1, lowest: 0.1, warmUp: 0, total: 100)
      let slopes = [Double](repeating: 1, count: model.parameterCount)
      var ends: [[Double]] = []
      for (epoch, loss) in [3.0, 2, 1.5].enumerated() {
        state.step(slopes, rate: rate, averagedOver: 0)
        #expect(state.follow(loss: loss) == nil)
        state.epoch = epoch + 1
        ends.append(state.parameters)
      }
      // The third epoch ended well, but what came after it did not.
      for bad in [6.1, .nan] {
        state.step(slopes.map { -$0 * 100 }, rate: rate, averagedOver: 0)
        #expect(state.follow(loss: bad) == 2 && state.parameters == ends[1])
      }
      #expect(state.rateShare == 0.25 && state.fits(model))
      state.step(slopes, rate: rate, averagedOver: 0)
      #expect(state.follow(loss: 5.9) == nil)
    }

    @Test func learningRateRisesAndFalls() {
      let rate = LearningRate(highest: 0.02, lowest: 0.0002, warmUp: 10, total: 110)
      #expect(abs(rate.rate(0) - 0.002) < 1e-12 && abs(rate.rate(10) - 0.02) < 1e-12)
      #expect(abs(rate.rate(60) - 0.0101) < 1e-12 && abs(rate.rate(110) - 0.0002) < 1e-12)
    }
  }
}

extension TrainingFrame {
  fileprivate func with(composition: [Double]) -> TrainingFrame {
    TrainingFrame(
      geometry: geometry, origin: origin, energy_eV: energy_eV, forces_eV_A: forces_eV_A,
      virial_eV: virial_eV,
      fixed: fixed, weight: 1, energyWeight: 1, ions: ions, composition: composition)
  }
}

extension NEPRepulsion.Form {
  fileprivate var kind: String {
    switch self {
    case .universal(let inner, let outer): "universal \(inner) \(outer)"
    case .typewise(let outer, let factor, let share): "typewise \(outer) \(factor) \(share)"
    case .flexible(let rows): "flexible \(rows)"
    }
  }
}
