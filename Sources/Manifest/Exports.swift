// Whoever reads manifests reads values of YAML with their places.
@_exported import ManifestFormat
// And its potentials.
@_exported import PotentialKeys
