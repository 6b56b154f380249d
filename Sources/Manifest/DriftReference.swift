/// The ions whose centre of mass displacements are measured against.
package struct DriftReference: Equatable, Sendable {
  package enum Ions: Equatable, Sendable {
    /// The frame of the simulation.
    case none
    /// The framework.
    case framework
    /// The ions at rest, where none of them is an anion.
    case others
    /// Everything.
    case all
    /// One kind of ion.
    case kind(String)
  }

  package var ions: Ions
  /// Whether there is no framework to measure against, so that another reference stands in.
  package var fallsBack: Bool

  /// - Parameters:
  ///   - drift: of the analysis.
  ///   - hasFramework: whether there are anions at rest.
  ///   - hasOthers: whether there are other ions at rest.
  ///   - hasMobileAnions: whether anions diffuse: the framework is then what does not.
  package init(
    _ drift: AnalysisSpecification.Drift, hasFramework: Bool, hasOthers: Bool, hasMobileAnions: Bool
  ) {
    fallsBack = false
    switch drift {
    case .none: ions = .none
    case .all: ions = .all
    case .anions(let name): ions = .kind(name)
    case .framework where hasFramework: ions = .framework
    case .framework where hasOthers && hasMobileAnions: ions = .others
    case .framework:
      // The centre of the mobile ions alone would take their common motion out of all displacements.
      ions = hasOthers ? .all : .none
      fallsBack = true
    }
  }
}
