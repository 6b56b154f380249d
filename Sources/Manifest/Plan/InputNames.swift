import Foundation
import Yams

/// The keys of a manifest that name files, and the names that are given to these.
struct InputNames {
  /// The keys, as paths in the manifest.
  static let keys = [
    "system.structure", "potential", "potential.name", "potential.nep", "potential.base",
    "potential.active-set", "potential.description", "potential.driver.files",
    "dynamics.multiple-timestep.reference",
  ]

  /// The new name of each old one.
  private var names: [String: String] = [:]

  /// - Parameter change: of a file with its old name.
  init(_ files: [InputFile], _ change: (InputFile) -> InputFile) {
    for file in files { names[file.name] = change(file).name }
  }

  /// The names of files in the study that is made of a manifest: each its own, in the study's folder of inputs.
  ///
  /// Files of one name lie in folders with numbers, as the name tells the format, and a model in one folder with its
  /// description, which may name it. A study's own manifest keeps its names.
  static func inStudy(_ files: [InputFile]) -> [String: String] {
    var count: [String: Int] = [:]
    var names: [String: String] = [:]
    func folder(_ file: InputFile) -> String { (file.path as NSString).deletingLastPathComponent }
    var described: [String: Int] = [:]
    for file in files where PotentialFileKind.isDescription(file.path) {
      described[folder(file)] = described[folder(file)] ?? described.count + 1
    }
    for file in files where names[file.path] == nil {
      let name = (file.path as NSString).lastPathComponent
      if let number = described[folder(file)] {
        names[file.path] = "\(InputFile.folder)/potential-\(number)/\(name)"
        continue
      }
      let number = count[name, default: 0] + 1
      count[name] = number
      names[file.path] = number == 1 ? "\(InputFile.folder)/\(name)" : "\(InputFile.folder)/\(number)/\(name)"
    }
    return names
  }

  /// A name in the study's folder of inputs that is not taken.
  static func free(_ name: String, besides taken: Set<String>) -> String {
    let last = (name as NSString).lastPathComponent
    let numbered = (2...).lazy.map { "\(InputFile.folder)/\($0)/\(last)" }
    return taken.contains(name) ? numbered.first { !taken.contains($0) } ?? name : name
  }

  /// The values of an axis with the new names.
  func values(of axis: Sweep.Axis) throws -> [String] {
    guard Self.keys.contains(where: { $0 == axis.path || $0.hasPrefix(axis.path + ".") }) else {
      return axis.values
    }
    return try axis.values.map { try renamed($0, at: axis.path) }
  }

  private func renamed(_ text: String, at path: String) throws -> String {
    guard let node = try Yams.compose(yaml: "[\(text)]")?.sequence?.first else { return text }
    return try flowText(renamed(node, at: path))
  }

  private func renamed(_ node: Node, at path: String) -> Node {
    switch node {
    case .scalar(let scalar):
      guard Self.keys.contains(path), !BuiltIns.names.contains(scalar.string), let name = names[scalar.string]
      else { return node }
      return .text(name)
    case .mapping(let mapping):
      return Node(
        mapping.map { key, value in (key, renamed(value, at: "\(path).\(key.scalar?.string ?? "")")) },
        .implicit, .flow)
    case .sequence(let sequence):
      guard Self.keys.contains(path) else { return node }
      return Node(sequence.map { renamed($0, at: path) }, .implicit, .flow)
    case .alias: return node
    }
  }
}

extension Manifest {
  /// The files that it names, with their keys.
  package var files: [(key: String, file: InputFile)] {
    guard let simulation = simulated else { return [] }
    var files: [(String, InputFile)] = []
    if case .file(let file) = simulation.system.structure { files.append(("system.structure", file)) }
    switch simulation.potential.form {
    case .forceField(.file(let file)): files.append(("potential", file))
    case .forceField(.builtIn): break
    case .nep(let source):
      files += source.models.map { ("potential.nep", $0) }
      if case .file(let file) = source.base { files.append(("potential.base", file)) }
      if let file = source.activeSet { files.append(("potential.active-set", file)) }
    case .driver(let driver): files += driver.files.map { ("potential.driver.files", $0) }
    }
    if let file = simulation.potential.description { files.append(("potential.description", file)) }
    if let file = simulation.dynamics.reference?.file {
      files.append(("dynamics.multiple-timestep.reference", file))
    }
    return files
  }

  /// Changes each file that it names.
  mutating func changeFiles(_ change: (InputFile) -> InputFile) {
    updateSimulation { simulation in
      if case .file(let file) = simulation.system.structure {
        simulation.system.structure = .file(change(file))
      }
      switch simulation.potential.form {
      case .forceField(.file(let file)): simulation.potential.form = .forceField(.file(change(file)))
      case .forceField(.builtIn): break
      case .nep(var source):
        source.models = source.models.map(change)
        if case .file(let file) = source.base { source.base = .file(change(file)) }
        source.activeSet = source.activeSet.map(change)
        simulation.potential.form = .nep(source)
      case .driver(var driver):
        driver.files = driver.files.map(change)
        simulation.potential.form = .driver(driver)
      }
      simulation.potential.description = simulation.potential.description.map(change)
      if let file = simulation.dynamics.reference?.file {
        simulation.dynamics.reference?.file = change(file)
      }
    }
    guard simulated != nil else { return }
    inputs = Dictionary(inputs.map { (change($0.key), $0.value) }) { first, _ in first }
  }
}
