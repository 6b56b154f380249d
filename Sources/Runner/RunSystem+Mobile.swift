import Analysis
import Crystal
import Manifest
import Support

extension RunSystem {
  /// The names of the diffusing ions: those that the manifest names, or the only alkali metal.
  /// - Throws: ``InputError`` for a name that the structure does not have, and where nothing is named and there is not
  ///   exactly one alkali metal.
  static func mobile(_ analysis: AnalysisSpecification, _ structure: Structure) throws -> [String] {
    let ions = Set(structure.moleculeKinds.map(\.name)).sorted()
    let elements = Set(structure.elements).sorted().filter { !ions.contains($0) }
    let known =
      "an ion of the structure: \(ions.joined(separator: ", "))"
      + (elements.isEmpty ? "" : ", or an element: \(elements.joined(separator: ", "))")
    guard analysis.mobile.isEmpty else {
      for name in analysis.mobile where !ions.contains(name) && !elements.contains(name) {
        throw InputError(key: "analysis.mobile", found: "'\(name)'", wanted: known)
      }
      return analysis.mobile
    }
    let metals = ions.filter(FormalCharges.alkaliMetals.contains)
    guard metals.count == 1 else {
      throw InputError(
        key: "analysis.mobile",
        found: "nothing, and \(metals.isEmpty ? "no alkali metal" : "several alkali metals")",
        wanted: known)
    }
    if case .each(let charges) = analysis.charge,
      let other = charges.keys.sorted().first(where: { $0 != metals[0] })
    {
      throw InputError(
        key: "analysis.charge", found: "the charge of \(other)",
        wanted: "that of \(metals[0]), or \(other) in analysis.mobile")
    }
    return metals
  }

  /// What the user should know of the charges before a run.
  static func chargeWarnings(_ mobile: [String], _ structure: Structure, _ manifest: Manifest) -> [String] {
    let known = structure.ions.charges.mapValues(Double.init)
    return mobile.compactMap { name -> Warning? in
      guard let charge = manifest.charge(of: name, structureCharges: { known }) else {
        return .noCharge(species: name)
      }
      return charge.isGuess(of: name) ? .chargeFromTable(species: name, charge_e: charge.value_e) : nil
    }.map(\.description)
  }

  /// Ids of all mobile atoms.
  var mobileAtoms: [Int] {
    let ranges = structure.moleculeRanges
    return roles.mobileIons.flatMap { Array(ranges[$0]) }
  }

  /// Names of the ions whose motion is correlated and recorded: what diffuses, and what that is measured against.
  var trackedKinds: Set<String> { names(of: roles.hosts).union(roles.mobile) }

  /// Names of the ions whose centre of mass displacements are measured against.
  func referenceKinds(_ drift: AnalysisSpecification.Drift) -> Set<String> {
    switch driftReference(drift).ions {
    case .none: []
    case .framework, .others: names(of: roles.hosts)
    case .all: trackedKinds
    case .kind(let name): [name]
    }
  }

  func driftReference(_ drift: AnalysisSpecification.Drift) -> DriftReference {
    DriftReference(
      drift, hasFramework: !roles.framework.isEmpty, hasOthers: !roles.others.isEmpty,
      hasMobileAnions: roles.hasMobileAnions)
  }

  func names(of molecules: [Int]) -> Set<String> {
    let kinds = structure.moleculeKinds
    return Set(molecules.map { kinds[$0].name })
  }
}
