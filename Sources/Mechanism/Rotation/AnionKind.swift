import Crystal
import Mathematics

/// A kind of anion as a rotor: its geometry at rest about the centre of mass.
public struct AnionKind: Sendable, Equatable {
  /// "B12H12".
  public let name: String
  /// Symbols, one for each atom.
  public let elements: [String]
  /// About the centre of mass, Å; empty where the geometry is not known.
  public let geometry: [Vector3]
  /// Unit vectors from the centre of mass to the hydrogens, or without hydrogens to the atoms farther than
  /// 0.3 Å from it: orientation functions are averaged over them.
  public let bonds: [Vector3]
  /// Principal axes of inertia, and the moments, amu Å², lowest first; empty for a single atom.
  public let axes: [Vector3]
  /// amu Å², lowest first.
  public let moments_amu_A2: [Double]
  /// Distance of the outermost atom from the centre, Å.
  public let radius_A: Double
  /// The axis of a linear anion, a unit vector; nil for other anions and for a single atom.
  public let linearAxis: Vector3?

  /// An anion none of whose atoms is farther than this from one line is linear, Å: thermal vibration moves atoms
  /// by a third of it, so that a turn about that line can't be told from vibration. Closer to the centre, an atom
  /// has no direction either (`outerAtoms`).
  static let linearWithin_A = 0.3

  /// - Parameter masses_amu: of each atom.
  public init(name: String, elements: [String], geometry: [Vector3], masses_amu: [Double]) {
    self.name = name
    self.elements = elements
    self.geometry = geometry
    bonds = bodyVectors(elements: elements, geometry: geometry)
    radius_A = geometry.map(length).max() ?? 0
    guard geometry.count > 1 else {
      axes = []
      moments_amu_A2 = []
      linearAxis = nil
      return
    }
    var inertia = Matrix3.zero
    for (r, m) in zip(geometry, masses_amu) {
      inertia = inertia + (Matrix3.identity * dot(r, r) - Matrix3(outer: r, r)) * m
    }
    let eigen = symmetricEigen(inertia)
    axes = eigen.vectors
    moments_amu_A2 = eigen.values
    let axis = eigen.vectors[0]
    let isLinear = geometry.allSatisfy { length($0 - axis * dot($0, axis)) < Self.linearWithin_A }
    linearAxis = isLinear && eigen.values[2] > 0 ? axis : nil
  }

  /// Whether its rotation can be analysed: it has more than one atom, and its geometry is known.
  public var isRotor: Bool { !bonds.isEmpty && moments_amu_A2.count == 3 && moments_amu_A2[2] > 0 }

  /// Degrees of freedom of its rotation: 0 for a single atom, 2 for a linear anion, otherwise 3.
  public var rotationalFreedom: Int { isRotor ? (linearAxis == nil ? 3 : 2) : 0 }

  /// The principal axes about which an orientation is defined: of a linear anion its own axis only.
  var definedAxes: [Vector3] { linearAxis.map { [$0] } ?? axes }

  /// Whether its principal moments are equal, so that no axis is special.
  public var isSphericalTop: Bool {
    moments_amu_A2.count == 3 && moments_amu_A2[2] - moments_amu_A2[0] < 0.02 * moments_amu_A2[2]
  }
}
