import Crystal
import Support
import Yams

/// The trajectories of an imported study: the manifest's `import`, which `paddlewheel import` writes. Such a
/// study has nothing to simulate; its record was made from the files.
package struct ImportSpecification: ManifestSection, Equatable {
  /// One run, and what was found when it was read.
  package struct Run: ManifestSection, Equatable {
    /// Absolute paths, in the order of time.
    package var files: [String]
    /// By name, such as `lammps-dump`.
    package var format: String
    package var temperature_K: Double
    /// One step of the record, ps.
    package var timestep_ps: Double
    /// From record to record of the mobile ions, ps.
    package var frameInterval_ps: Double
    /// From the first record to the last, ps.
    package var sampled_ps: Double

    package init(
      files: [String] = [], format: String = "", temperature_K: Double = 0, timestep_ps: Double = 0,
      frameInterval_ps: Double = 0, sampled_ps: Double = 0
    ) {
      self.files = files
      self.format = format
      self.temperature_K = temperature_K
      self.timestep_ps = timestep_ps
      self.frameInterval_ps = frameInterval_ps
      self.sampled_ps = sampled_ps
    }

    package init() { self.init(files: []) }

    /// The number of steps from the first record to the last.
    package var steps: Int { Int((sampled_ps / timestep_ps).rounded()) }
  }

  package var runs: [Run] = []
  /// Masses in place of the standard ones, by element or by ion.
  package var masses_amu = AtomMasses()
  /// Factors on masses, of a simulation by this program.
  package var massScale: [String: Double] = [:]
  /// What was said of the ions when the files were read.
  package var declared = IonDeclarations()
  /// Which frames of the files were used.
  package var frames = FrameSelection()

  package init() {}

  package init(
    runs: [Run], masses_amu: AtomMasses, massScale: [String: Double],
    declared: IonDeclarations = IonDeclarations(), frames: FrameSelection = FrameSelection()
  ) {
    self.runs = runs
    self.masses_amu = masses_amu
    self.massScale = massScale
    self.declared = declared
    self.frames = frames
  }

  static let schema = ManifestSchema<ImportSpecification>(
    .block,
    [
      ManifestField("runs", \.runs, .runs, "the runs, in order").required(runsWanted),
      ManifestField(
        "masses", \.masses_amu, .masses, "as in `dynamics`"),
      ManifestField(
        "mass-scale", \.massScale, .dictionary(.number, example: "{B12H12: 4}"), "as in `dynamics`"),
    ] + ManifestField.declarations(\.declared.ions, \.declared.bonds) + ManifestField.frames)

  static let runsWanted = "a list of runs, as paddlewheel import writes it"
}

extension ManifestKind where Value == [ImportSpecification.Run] {
  fileprivate static var runs: Self {
    let schema = ImportSpecification.Run.schema
    return ManifestKind(
      "list of mappings", children: schema.keys,
      read: { try $0.list(wanted: ImportSpecification.runsWanted).map { try schema.decode($0) } },
      write: { .list(try $0.map { try schema.encode($0) }, .block) })
  }
}

extension ImportSpecification.Run {
  fileprivate static let schema = ManifestSchema<Self>(
    .flow,
    [
      ManifestField("files", \.files, .paths, "the files of the run, in the order of time").required(wanted),
      ManifestField("format", \.format, .text("name of a format", wanted: "a format"), "their format")
        .required(wanted),
      ManifestField("temperature", \.temperature_K, .quantity(.temperature), "temperature of the run")
        .required(wanted),
      ManifestField(
        "timestep", \.timestep_ps,
        .quantity(
          .time, .positive,
          ManifestLimit("a time from 1e-9 to 1e6 ps") { (1e-9...1e6).contains($0) }),
        "one step of the record"
      ).required(wanted),
      time("frame-interval", \.frameInterval_ps, "interval between frames of the mobile ions"),
      time("sampled", \.sampled_ps, "time from the first frame to the last"),
    ])

  private static let wanted = "it, as paddlewheel import writes it"

  private static func time(
    _ name: String, _ path: WritableKeyPath<Self, Double> & Sendable, _ description: String
  ) -> ManifestField<Self> {
    ManifestField(name, path, .quantity(.time), description).required(wanted)
      .checked { value, run in
        guard run[keyPath: path] / run.timestep_ps <= 1e12 else {
          throw value.error(wanted: "at most 1e12 timesteps")
        }
      }
  }
}

extension ManifestKind where Value == [String] {
  /// Absolute paths; relative ones are relative to the manifest's folder.
  fileprivate static var paths: Self {
    ManifestKind(
      "list of paths",
      read: { value in
        let folder = SourceFile.folder(of: value.file)
        return try value.list(wanted: "a list of paths").map {
          absolutePath(try $0.string(wanted: "a path"), from: folder)
        }
      }, write: { .list($0.map { .text($0) }) })
  }
}
