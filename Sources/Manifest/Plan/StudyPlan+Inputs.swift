import Support
import Yams

/// The files that a study is made from.
extension StudyPlan {
  /// Of all runs, each once, in the order of the runs.
  package var files: [InputFile] {
    var seen: Set<InputFile> = []
    return runs.flatMap { $0.manifest.files.map(\.file) }.filter { seen.insert($0).inserted }
  }

  /// The same study with each file in another place or under another name.
  /// - Throws: what writing the manifest throws.
  package func changingFiles(_ change: (InputFile) -> InputFile) throws -> StudyPlan {
    let files = files
    guard files.contains(where: { change($0) != $0 }) else { return self }
    let names = InputNames(files, change)
    var sweep = try manifest.simulation.sweep
    var newValues: [RunSpecification.Coordinate: String] = [:]
    try sweep.changeAxes { axis in
      let values = try names.values(of: axis)
      for (old, new) in zip(axis.values, values) {
        newValues[RunSpecification.Coordinate(axis: axis.path, value: old)] = new
      }
      return Sweep.Axis(path: axis.path, values: values)
    }
    var manifest = manifest
    manifest.changeFiles(change)
    manifest.updateSimulation { $0.sweep = sweep }
    let inputs = manifest.inputs
    let runs = runs.map { run in
      var run = run
      run.manifest.changeFiles(change)
      run.manifest.inputs = inputs
      run.rename { newValues[$0] ?? $0.value }
      return run
    }
    return try StudyPlan(self, manifest: manifest, runs: runs)
  }

  /// The resolved manifest with the SHA-256 of each file in place of its name: the same for studies of the same files,
  /// wherever these lie.
  package func yamlOfContents() throws -> String {
    var manifest = try changingFiles { file in
      var file = file
      file.name = digest(of: file) ?? file.name
      return file
    }.manifest
    manifest.updateSimulation { $0.potential.accept = .withCare }
    return try ManifestWriter.yaml(manifest)
  }

  /// The plan with the names that a study has for the same files; others get names that the study does not use.
  package func namingFiles(beside study: StudyPlan) throws -> StudyPlan {
    var names: [String: String] = [:]
    var taken: Set<String> = []
    for file in study.files {
      taken.insert(file.name)
      if let digest = study.digest(of: file) { names[digest] = names[digest] ?? file.name }
    }
    var changed: [InputFile: InputFile] = [:]
    for file in files {
      var name = digest(of: file).flatMap { names[$0] }
      if name == nil { name = file.isInStudy ? InputNames.free(file.name, besides: taken) : file.name }
      taken.insert(name ?? file.name)
      changed[file] = InputFile(path: file.path, name: name ?? file.name)
    }
    return try changingFiles { changed[$0] ?? $0 }
  }

  /// - Throws: ``InputError`` where a file of a run is not the one that the study was planned with.
  package func verifyFiles(of run: RunSpecification) throws {
    for (_, file) in run.manifest.files { try verify(file, as: file) }
  }

  /// - Parameters:
  ///   - file: one of the plan's.
  ///   - shown: what messages name; nil for the copy.
  /// - Throws: ``InputError`` where a copy is not what the file was when the study was planned.
  package func verify(_ copy: InputFile, as file: InputFile, showing shown: InputFile? = nil) throws {
    // A manifest that was never planned has none at all.
    if manifest.inputs.isEmpty { return }
    guard let expected = digest(of: file) else {
      throw InputError(
        key: "inputs", found: "no SHA-256 of '\(file.name)'",
        wanted: "those of all files, as plan writes them")
    }
    let found = try InputFiles.hash(copy, key: "inputs", place: nil)
    guard found == expected else {
      throw InputFiles.changed(shown ?? copy, found: found, expected: expected, place: nil)
    }
  }
}
