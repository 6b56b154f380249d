import Crystal
import Manifest
import Model
import Support

/// Builds the system of a run's manifest, checks that it can be run, and counts it.
/// - Throws: ``InputError``.
package func systemEstimate(of manifest: Manifest) throws -> SystemEstimate {
  let simulation = try manifest.simulation
  let system = try RunSystem(manifest, seed: simulation.seed, ranks: simulation.resources.ranks)
  let drift = system.driftReference(manifest.analysis.drift)
  if drift.fallsBack, manifest.analysis.givenDrift != nil {
    throw InputError(
      key: "analysis.drift",
      found:
        "framework, where \(system.roles.others.isEmpty ? "everything diffuses" : "there are no anions")",
      wanted: system.roles.others.isEmpty ? "none" : "all or none")
  }
  return SystemEstimate(
    atoms: system.structure.atomCount, mobile: system.roles.mobileIons.count,
    anions: system.roles.hosts.count, composition: simulation.system.realisedComposition,
    ions: system.structure.ionList, verdict: try verdict(simulation.potential, on: system),
    warnings: system.warnings, vibrations: system.vibrations)
}

/// Builds the structure of a run's manifest, as the run starts with it.
/// - Throws: ``InputError``.
package func startingStructure(of run: RunSpecification) throws -> Structure {
  try RunSystem.structure(of: run.manifest, seed: run.seed)
}

/// What a potential says of the salt of a system.
/// - Throws: ``InputError`` where that can't be read.
private func verdict(_ potential: PotentialSpecification, on system: RunSystem) throws -> PotentialVerdict? {
  do { return try potential.verdict(ions: system.structure.moleculeKindCounts.keys.map(\.name)) } catch let
    error
    as PotentialError
  {
    throw InputError(key: "potential", message: error.description)
  }
}

/// Atoms times steps per second of one run, for estimates: what one core of a 2023 server reaches.
package func atomStepsPerSecond(of manifest: Manifest, ranks: Int) -> Double? {
  // What an engine behind a socket takes is not known before it has run.
  if case .driver = manifest.simulated?.potential.form { return nil }
  if case .nep = manifest.simulated?.potential.form { return 1.2e5 * Double(ranks) }
  return 2.5e5 * Double(ranks)
}
