import Analysis
import Crystal
import Manifest
import StudyStore
import Support
import Trajectory

/// The recorded bodies whose centre of mass is the reference of displacements, by `analysis.drift`.
struct DriftBodies {
  /// Recorded groups; empty where displacements are measured in the frame of the simulation.
  let groups: [String]
  /// Says which other reference stands in where the record has no such bodies.
  let warning: Warning?
  private let manifest: Manifest

  /// - Throws: ``InputError`` for a reference that the manifest asks for and the record does not have; what reading throws.
  init(_ manifest: Manifest, record: RunRecord) throws {
    self.manifest = manifest
    let recorded = record.plan.groups.filter { $0.memberCount > 0 }.map(\.name)
    let mobile = recorded.filter(IonGroups.isMobile)
    let rest = [IonGroups.framework, IonGroups.others].filter(recorded.contains)
    let drift = manifest.analysis.drift
    let reference = DriftReference(
      drift, hasFramework: recorded.contains(IonGroups.framework),
      hasOthers: recorded.contains(IonGroups.others),
      hasMobileAnions: try mobile.contains { try Self.hasAnions($0, of: record) })
    switch reference.ions {
    case .none: groups = []
    case .framework: groups = [IonGroups.framework]
    case .others: groups = [IonGroups.others]
    case .all: groups = rest + mobile
    case .kind(let name):
      let kinds = try rest.map { (group: $0, names: try Self.names($0, of: record)) }
      groups = kinds.filter { $0.names.contains(name) }.map(\.group)
      guard !groups.isEmpty else {
        let known = Set(kinds.flatMap(\.names)).sorted()
        throw InputError(
          key: "analysis.drift", found: "'\(name)'",
          wanted: "framework, all, none"
            + (known.isEmpty ? "" : ", or an ion that does not diffuse: \(known.joined(separator: ", "))"))
      }
    }
    warning =
      !reference.fallsBack
      ? nil : groups.isEmpty ? .noDriftReference(requested: drift.text) : .driftOfAll(requested: drift.text)
  }

  /// The mass with which a body of these groups enters the centre of mass; 0 where it does not.
  func mass_amu(of kind: String) -> Double {
    if case .anions(let name) = manifest.analysis.drift, kind != name { return 0 }
    return manifest.mass_amu(of: kind)
  }

  /// Checks that the first record of a study has the reference that its manifest asks for.
  /// - Throws: ``InputError`` where it has not.
  static func check(_ study: StudyDirectory) throws {
    for run in study.runs {
      do {
        _ = try DriftBodies(run.manifest, record: RunRecord(directory: study.runPath(run.index)))
        return
      } catch let error as InputError {
        throw error
      } catch {
        // A run without a readable record: its own reading says why.
        continue
      }
    }
  }

  private static func names(_ group: String, of record: RunRecord) throws -> Set<String> {
    Set(try record.usableBlocks(of: group).flatMap { try record.species(of: group, block: $0) })
  }

  private static func hasAnions(_ group: String, of record: RunRecord) throws -> Bool {
    try names(group, of: record).contains { !(MoleculeKind(formula: $0)?.isCation ?? false) }
  }
}
