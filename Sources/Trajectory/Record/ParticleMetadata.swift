import HDF5

/// What a particle group holds besides its time series.
enum ParticleMetadata {
  /// Writes `id`, `species` and the box's attributes.
  ///
  /// - Parameter allSpecies: of the whole group, so that a species has the same number in every block.
  static func write(
    in root: HDF5Group, members: [Int], species: [String], allSpecies: [String]
  ) throws {
    try root.writeDataset("id", members.map { Int64($0) })
    let names = Set(allSpecies).sorted()
    let values = names.enumerated().map { ($1, Int32($0)) }
    let type = HDF5Enumeration(values: Dictionary(uniqueKeysWithValues: values))
    try root.writeEnumeration("species", species, type: type)
    let box = try root.createGroup("box")
    try box.setAttribute("dimension", Int32(3))
    try box.setAttribute("boundary", ["periodic", "periodic", "periodic"])
  }

  /// The specification wants the box and the position to share their step and time.
  static func linkStepAndTime(from source: HDF5Group, to target: HDF5Group) throws {
    for name in ["step", "time"] {
      try target.link("\(source.path)/\(name)", as: "\(target.path)/\(name)")
    }
  }
}
