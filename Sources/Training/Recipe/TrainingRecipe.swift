import ManifestFormat
import Model
import NEP
import PotentialKeys
import SinglePoints
import Support

/// What `paddlewheel train` is told: the model, the data and how it is trained.
package struct TrainingRecipe: ManifestSection, Equatable {
  /// Name and version; nil for that of the file.
  package var name: String?
  /// Without the elements where the recipe names none.
  package var architecture = NEPArchitecture()
  /// The force field to which the model adds; nil for a model of all forces.
  package var base: InputSource?
  /// How the file is written.
  package var format = Format.nep4
  package var data = DataKeys()
  package var settings = TrainingSettings()
  /// Models with seeds of their own.
  package var committee = 1
  package var precision = Precision.mixed
  /// Seconds between checkpoints.
  package var checkpoint_s = 60.0
  /// Keys of `nep.in` that have no effect here, in their order.
  package var unusedKeys: [String] = []

  /// Which version of the file.
  package enum Format: String, Sendable, CaseIterable, Codable {
    /// One bias for all elements. Where the compositions of the frames tell their energies apart, one more neuron, without
    /// weights, holds them.
    case nep4
    /// A bias for each element; not every program reads it.
    case nep5
  }

  /// Where the labels are.
  package struct DataKeys: ManifestSection, Equatable {
    package var training: [InputFile] = []
    package var validation: [InputFile] = []
    package var energyKey: String?
    package var forcesKey: String?
    package var stressKey: String?
    package var virialKey: String?
    package var checksEnergies = YesOrNo.yes

    package init() {}

    /// - Throws: ``InputError``.
    package func files() throws -> TrainingFiles {
      var files = TrainingFiles(
        training: training.map(\.path), validation: validation.map(\.path),
        keys: try ReferenceKeys(energy: energyKey, forces: forcesKey, stress: stressKey, virial: virialKey))
      files.checksEnergies = checksEnergies == .yes
      return files
    }
  }

  package enum YesOrNo: String, Sendable, CaseIterable, Codable { case yes, no }

  package init() {}

  /// Reads a recipe: YAML, or GPUMD's `nep.in` where the file is called so or ends in `.in`.
  /// - Throws: ``InputError`` with file, line and key.
  package init(contentsOf path: String) throws {
    // Every rank reads it.
    try PlainFile.check(path)
    if path.hasSuffix(".in") {
      self = try TrainingRecipe(nepInput: path)
    } else {
      self = try Self.schema.decode(ManifestDocument(contentsOf: path).root)
    }
  }
}

extension TrainingRecipe {
  /// Frames that the recipe does not name are those of `train.xyz` and `test.xyz` beside it.
  /// - Throws: ``InputError`` where there are none.
  package mutating func findData(beside path: String) throws {
    let folder = SourceFile.folder(of: path)
    if data.training.isEmpty {
      data.training = [InputFile(path: folder + "/train.xyz", name: "train.xyz")]
      if data.validation.isEmpty, FileKind(at: folder + "/test.xyz") != nil {
        data.validation = [InputFile(path: folder + "/test.xyz", name: "test.xyz")]
      }
    }
    for file in data.training + data.validation where FileKind(at: file.path) == nil {
      throw InputError(
        place: SourcePlace(file: path), key: "data", found: "\(file.name), which does not exist",
        wanted: "extXYZ with labels")
    }
  }
}
