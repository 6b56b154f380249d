import Digest
import Foundation
import NEP
import Support

/// The files of one model's training.
package struct TrainingFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var model: String { path + "/nep.txt" }
  package var checkpoint: String { path + "/checkpoint.json" }
  package var summary: String { path + "/training.json" }
  /// The copy of a base that is a file.
  var base: String { path + "/" + TrainingBase.copyName }
  var losses: String { path + "/loss.out" }

  /// The folder of a model of a committee, from 1.
  package func member(_ number: Int) -> TrainingFolder { TrainingFolder("\(path)/model-\(number)") }

  /// The copy of a model of a committee beside the description that names them all.
  package static func copyName(_ number: Int) -> String { "nep-\(number).txt" }

  /// - Throws: ``FileError``; ``InputError`` where there is a model that is not of a training here, and would be replaced.
  func make() throws {
    // Not by loss.out, which GPUMD writes too.
    if FileKind(at: model) != nil, [checkpoint, summary].allSatisfy({ FileKind(at: $0) == nil }) {
      throw InputError(
        place: SourcePlace(file: model), key: "--output",
        found: "a model that no training in this directory has written",
        wanted: "a directory that is new, or that of an earlier training")
    }
    try OwnFolder.makeNamed(path)
  }

  /// Whether the model of a training that has ended is there, as it was written.
  /// - Throws: ``InputError`` where it has been changed since, and where the checkpoint is gone too.
  func hasModel() throws -> Bool {
    guard FileKind(at: model) != nil else {
      guard FileKind(at: checkpoint) == nil else { return false }
      throw InputError(
        place: SourcePlace(file: model), found: "no model, nor a checkpoint of the training, which has ended",
        wanted: "one of both: restore it, or remove \(summary) to train anew")
    }
    guard let wanted = try TrainingSummary.load(summary)?.modelDigest else { return true }
    let content = FileContents.own(model) ?? Data()
    let hash = SHA256()
    content.withUnsafeBytes { hash.update($0) }
    guard SHA256.hexadecimal(hash.finish()) == wanted else {
      throw InputError(
        place: SourcePlace(file: model), found: "a model other than the one that the training has written",
        wanted: "that one", message: "move it elsewhere, and the same command writes it again")
    }
    return true
  }

  /// Errors after each epoch, in the columns of GPUMD's `loss.out`: epoch, loss, two penalties that are not used here, then r.m.s.
  /// errors of energy (eV per atom), force (eV/Å) and virial (eV per atom), of the training and of the validation frames.
  /// - Throws: ``FileError``.
  func writeLosses(_ history: [EpochRecord], _ weights: LossWeights) throws {
    let lines = history.map { record in
      let loss = (record.training).loss(weights)
      let errors = [record.training, record.validation ?? LossSums()].flatMap {
        [$0.plainEnergy.root, $0.plainForce.root, $0.plainVirial.root].map { $0 ?? 0 }
      }
      return "\(record.epoch) "
        + ([loss, 0, 0] + errors).map { String(format: "%.6e", $0) }.joined(separator: " ")
    }
    try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: losses)
  }

  /// The predictions of a set, in GPUMD's columns: the model's values, then the labels.
  /// - Parameter name: `train` or `test`.
  /// - Throws: ``FileError``.
  func writePredictions(_ predictions: [TrainingPrediction], _ name: String) throws {
    func row(_ numbers: [Double]) -> String {
      numbers.map { String(format: "%.8g", $0) }.joined(separator: " ") + "\n"
    }
    var (energies, forces, virials) = ("", "", "")
    for prediction in predictions {
      let atoms = Double(prediction.found.forces_eV_A.count)
      if let energy = prediction.wantedEnergy_eV {
        energies += row([prediction.found.energy_eV / atoms, energy / atoms])
      }
      for (found, wanted) in zip(prediction.found.forces_eV_A, prediction.wantedForces_eV_A ?? []) {
        forces += row([found.x, found.y, found.z, wanted.x, wanted.y, wanted.z])
      }
      if let virial = prediction.wantedVirial_eV {
        virials += row(
          (prediction.found.virial_eV.sixComponents + virial.sixComponents).map { $0 / atoms })
      }
    }
    for (kind, text) in [("energy", energies), ("force", forces), ("virial", virials)] where !text.isEmpty {
      try AtomicFile.write(text, to: "\(path)/\(kind)_\(name).out")
    }
  }
}
