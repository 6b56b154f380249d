import Analysis
import Manifest
import Trajectory

/// The recorded bodies whose centre of mass is the reference of displacements, by `analysis.drift`.
struct DriftBodies {
  /// Recorded groups; empty where displacements are measured in the frame of the simulation.
  let groups: [String]
  /// Says that the record has no such bodies.
  let warning: Warning?
  private let manifest: Manifest

  /// Without recorded anions, as in an import of the mobile ions alone, `framework` and the formula of an anion
  /// fall back to the frame of the simulation.
  init(_ manifest: Manifest, record: RunRecord) {
    self.manifest = manifest
    let recorded = Set(record.plan.groups.filter { $0.memberCount > 0 }.map(\.name))
    let drift = manifest.analysis.drift
    switch drift {
    case .none: groups = []
    case .framework, .anions: groups = ["anions"].filter(recorded.contains)
    case .all: groups = ["anions", "mobile"].filter(recorded.contains)
    }
    warning = groups.isEmpty && drift != .none ? .noDriftReference(requested: drift.text) : nil
  }

  /// The mass with which a body of these groups enters the centre of mass; 0 where it does not.
  func mass_amu(of kind: String) -> Double {
    if case .anions(let name) = manifest.analysis.drift, kind != name { return 0 }
    return manifest.mass_amu(of: kind)
  }
}
