import Crystal
import Support

/// One study, decoded and checked; every default is filled in.
package struct Manifest: Equatable, Sendable {
  package var study: String
  package var source: StudySource
  package var analysis: AnalysisSpecification
  /// SHA-256 in hexadecimal of input files; empty unless resolved.
  package var inputs: [InputFile: String]
  /// SHA-256 of the manifests that the study had before it grew, oldest first.
  package var earlier: [String] = []

  package init(
    study: String, source: StudySource, analysis: AnalysisSpecification,
    inputs: [InputFile: String]
  ) {
    self.study = study
    self.source = source
    self.analysis = analysis
    self.inputs = inputs
  }

  /// - Throws: ``InputError`` for a manifest that is not valid, with file, line and key.
  package init(_ document: ManifestDocument) throws {
    self.init(try ManifestDraft(document))
  }

  init(_ draft: ManifestDraft) {
    study = draft.study
    source = draft.imported.map { .imported($0) } ?? .simulated(draft.simulation)
    analysis = draft.analysis
    inputs = draft.inputs
    earlier = draft.earlier
  }

  /// The simulated part; nil for a study that was imported.
  package var simulated: SimulationSpecification? {
    if case .simulated(let simulation) = source { simulation } else { nil }
  }

  /// The imported part; nil for a study that is simulated.
  package var imported: ImportSpecification? {
    if case .imported(let imported) = source { imported } else { nil }
  }

  /// The simulated part.
  /// - Throws: ``InputError`` for a study that was imported: there is nothing to simulate.
  package var simulation: SimulationSpecification {
    get throws {
      switch source {
      case .simulated(let simulation): return simulation
      case .imported(let imported):
        throw InputError(
          key: "import", found: "a study that was imported (\(imported.runs.first?.files.first ?? "") …)",
          wanted: "one to simulate: of an imported one there are only status, aggregate, report and export")
      }
    }
  }

  /// Changes the simulated part; of an imported study nothing.
  package mutating func updateSimulation(_ change: (inout SimulationSpecification) -> Void) {
    guard case .simulated(var simulation) = source else { return }
    change(&simulation)
    source = .simulated(simulation)
  }
}

/// What simulated and imported studies have in common. An imported one counts as all sampling; of several
/// imported runs the first stands for the study, and each run's own manifest has one.
extension Manifest {
  /// One step of the record, ps.
  package var step_ps: Double {
    switch source {
    case .simulated(let simulation): simulation.dynamics.step_ps
    case .imported(let imported): imported.runs.first?.timestep_ps ?? 0
    }
  }

  /// Steps in all stages of one run.
  package var steps: Int {
    switch source {
    case .simulated(let simulation): simulation.steps
    case .imported(let imported): imported.runs.first?.steps ?? 0
    }
  }

  /// Time of all stages of one run, ps.
  package var time_ps: Double { Double(steps) * step_ps }

  /// Length of the recorded stage, ps; nil where nothing is recorded.
  package var sample_ps: Double? {
    switch source {
    case .simulated(let simulation): simulation.stages.sample_ps
    case .imported(let imported): imported.runs.first?.sampled_ps
    }
  }

  /// From record to record of the mobile ions, ps.
  package var mobileInterval_ps: Double {
    switch source {
    case .simulated(let simulation): simulation.record.mobile_ps
    case .imported(let imported): imported.runs.first?.frameInterval_ps ?? 0
    }
  }

  /// What is said of the ions.
  package var declared: IonDeclarations {
    switch source {
    case .simulated(let simulation): simulation.system.declared
    case .imported(let imported): imported.declared
    }
  }

  /// Masses in place of the standard ones, by element or by ion.
  package var masses_amu: AtomMasses {
    switch source {
    case .simulated(let simulation): simulation.dynamics.masses_amu
    case .imported(let imported): imported.masses_amu
    }
  }

  /// Factors on the masses of the atoms of an anion, by its formula, or of an element, by its symbol.
  package var massScale: [String: Double] {
    switch source {
    case .simulated(let simulation): simulation.dynamics.massScale
    case .imported(let imported): imported.massScale
    }
  }

  /// Rows: the supercell's lattice vectors in those of the structure; of imported atoms as they are.
  package var supercell: [[Int]] { (simulated?.system ?? SystemSpecification()).supercell }

  /// MPI processes of each run; nil where they are to be chosen.
  package var ranks: Int? { simulated?.resources.ranks }
}

/// Whether a text can be a study's name, and so a directory's.
package func isStudyName(_ text: String) -> Bool {
  text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil
}

package let studyNameWanted = "a name of letters, digits, '.', '_' and '-'"
