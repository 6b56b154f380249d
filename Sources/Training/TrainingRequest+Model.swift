import Digest
import Foundation
import ManifestFormat
import Model
import NEP
import PotentialKeys
import Support

extension TrainingRequest {
  /// Looks at the files of the request, before anything is opened that would wait for ever.
  /// - Throws: ``InputError``.
  package func checkFiles() throws {
    for file in recipe.data.training + recipe.data.validation { try PlainFile.check(file.path, key: "data") }
    if case .file(let file)? = recipe.base { try PlainFile.check(file.path, key: "base") }
    if let initial { try PlainFile.check(initial) }
  }

  /// The model whose parameters are trained, and with which it starts where one is given.
  /// - Throws: ``InputError``.
  func startingModel(_ data: LabelledFrames) throws -> (template: NEPModel, initial: NEPModel?) {
    let elements = data.elements
    var architecture = recipe.architecture
    if architecture.elements.isEmpty { architecture.elements = elements }
    try data.checkElements(architecture.elements)
    if initial == nil { try data.checkTrained(architecture.elements) }
    guard let initial else {
      let version = recipe.format == .nep5 || data.haveSeveralCompositions ? 5 : 4
      return (NEPModel(architecture, source: TrainingFolder(output).model, version: version), nil)
    }
    let loaded: NEPModel
    do { loaded = try NEPModel.load(path: initial) } catch let error as PotentialError {
      throw InputError(error.description)
    }
    let wanted =
      recipe.architecture.elements.isEmpty && !isFineTuning ? loaded.elements : architecture.elements
    guard let model = loaded.restricted(to: wanted) else {
      throw InputError(
        place: SourcePlace(file: initial), found: loaded.elements.joined(separator: ", "),
        wanted: "a model with \(wanted.joined(separator: ", "))")
    }
    let start = model.withTypeBiases
    try check(start, initial)
    return (start, start)
  }

  /// What the recipe says of the model has to be so in the initial one.
  private func check(_ model: NEPModel, _ path: String) throws {
    var given = recipe.architecture
    var found = NEPArchitecture(of: model)
    given.elements = []
    found.elements = []
    if Set(found.cutoffs_A.map(\.radial)).count == 1, Set(found.cutoffs_A.map(\.angular)).count == 1 {
      found.cutoffs_A = Array(found.cutoffs_A.prefix(1))
    }
    guard given != NEPArchitecture(), given != found else { return }
    throw InputError(
      place: SourcePlace(file: path), found: "a model of \(found.text)",
      wanted: "\(given.text), as the recipe says",
      message: "leave these keys out of the recipe to take the model as it is")
  }

  /// Identifies all that the result depends on, but for the number of ranks.
  /// - Parameter base: what identifies the base; empty for none.
  func digest(
    _ data: LabelledFrames, _ template: NEPModel, _ initial: NEPModel?, base: String
  ) throws -> String {
    let hash = SHA256()
    hash.update(String(decoding: try fileJSON(recipe.settings), as: UTF8.self))
    hash.update(String(decoding: try fileJSON(NEPArchitecture(of: template)), as: UTF8.self))
    hash.update("\(template.version) \(recipe.precision.rawValue) \(base)")
    for entry in data.training + [nil] + data.validation {
      guard let entry else {
        hash.update("validation")
        continue
      }
      hash.update(entry.text)
    }
    if let initial { hash.update(initial.text(mostNeighbours: (0, 0))) }
    return SHA256.hexadecimal(hash.finish())
  }

  /// The file beside the models that names them.
  func potentialDescription(_ elements: [String], _ frames: Int) -> String {
    let models =
      recipe.committee == 1
      ? "nep.txt" : "[\((1...recipe.committee).map { TrainingFolder.copyName($0) }.joined(separator: ", "))]"
    var lines = ["model: \(recipe.name ?? "nep")", "nep: \(models)"]
    switch recipe.base {
    case .builtIn(let name)?: lines.append("base: \(name)")
    case .file?: lines.append("base: \(TrainingBase.copyName)")
    case nil: break
    }
    lines.append("elements: [\(elements.joined(separator: ", "))]")
    lines.append("training: \(frames) frames, \(recipe.settings.epochs) epochs")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension NEPArchitecture {
  /// For messages.
  fileprivate var text: String {
    let lengths = cutoffs_A.map { "\($0.radial) \($0.angular)" }.joined(separator: ", ")
    return
      "cutoff \(lengths), n_max \(highestOrder.radial) \(highestOrder.angular), basis_size \(basisSize.radial) "
      + "\(basisSize.angular), l_max \(degrees.map(String.init).joined(separator: " ")), \(neurons) neurons, zbl "
      + (repulsion.map { "\($0.outer_A) \($0.factor ?? 0)" } ?? "none")
  }
}

extension LabelledFrames.Entry {
  /// All numbers, in full.
  fileprivate var text: String {
    var numbers = frame.cell.vectors + frame.positions
    numbers += reference.forces_eV_A ?? []
    let labels =
      [reference.energy_eV ?? .nan, weight, energyWeight] + (reference.stress_eV_A3?.elements ?? [])
    return frame.symbols.joined(separator: " ") + "\(numbers)\(labels)"
  }
}
