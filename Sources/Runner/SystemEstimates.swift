import Manifest

/// Builds the system of a run's manifest as far as is needed to count it, and checks that it can run.
/// - Throws: ``InputError``.
package func systemSize(of manifest: Manifest) throws -> SystemSize? {
  let system = try RunSystem(manifest, seed: manifest.seed, ranks: manifest.resources.ranks)
  return SystemSize(
    atoms: system.structure.atomCount, mobile: system.mobileAtoms.count, anions: system.anions.count,
    composition: manifest.system.trueComposition)
}

/// What a user should know of a run's system before trusting its results.
/// - Throws: ``InputError``.
package func cautions(about manifest: Manifest) throws -> [String] {
  try RunSystem(manifest, seed: manifest.seed).warnings
}

/// Atoms times steps per second of one run, for estimates: what one core of a 2023 server does.
package func atomStepsPerSecond(of manifest: Manifest, ranks: Int) -> Double? {
  if case .nep = manifest.potential { return 1.2e5 * Double(ranks) }
  return 2.5e5 * Double(ranks)
}
