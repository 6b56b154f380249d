import HDF5

/// The contents of a particle group other than its time series.
enum ParticleMetadata {
  /// Writes `id`, `species` and the box's attributes.
  package static func write(_ block: ParticleBlock, in root: HDF5Group) throws {
    try root.writeChecksummed("id", block.members.map { Int64($0) })
    try root.writeEnumeration("species", block.species, type: block.enumeration)
    let box = try root.createGroup("box")
    try box.setAttribute("dimension", Int32(3))
    try box.setAttribute("boundary", ["periodic", "periodic", "periodic"])
  }

  /// The specification requires the box and the position to share their step and time.
  static func linkStepAndTime(from source: HDF5Group, to target: HDF5Group) throws {
    for name in ["step", "time"] {
      try target.link("\(source.path)/\(name)", as: "\(target.path)/\(name)")
    }
  }
}
