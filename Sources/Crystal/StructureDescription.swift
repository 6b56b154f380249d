import Mathematics

/// Properties of a structure: composition, symmetry, densities, shortest distances.
public struct StructureDescription: Codable, Equatable, Sendable {
  /// Cations of one kind: the potentially mobile ions.
  public struct Cations: Codable, Equatable, Sendable {
    /// The element.
    public var name: String
    /// Ions in the cell.
    public var count: Int
    /// 1/nm³.
    public var numberDensity_per_nm3: Double
    /// 1/Å³.
    public var numberDensity_per_A3: Double

    enum CodingKeys: String, CodingKey {
      case name, count
      case numberDensity_per_nm3 = "number_density_per_nm3"
      case numberDensity_per_A3 = "number_density_per_A3"
    }
  }

  /// The smallest whole numbers of molecules: `Na3(B12H12)(BH4)`.
  public var formula: String
  /// All molecules in the cell.
  public var cellFormula: String
  /// Atoms in the cell.
  public var atoms: Int
  /// The number of molecules of each kind.
  public var molecules: [String: Int]
  /// The charge of each kind, e: as declared, else the file's, else the usual one; unknown ones are left out.
  public var ionCharges: [String: Int]
  /// Masses other than the standard ones: `H 2.014 amu`; nil where there are none.
  public var masses: String?
  /// Sum of the ions' formal charges, e; nil where one is unknown.
  public var charge: Int?
  /// a, b and c, Å.
  public var cellLengths_A: [Double]
  /// α, β and γ, degrees.
  public var cellAngles_degrees: [Double]
  /// Of the cell, Å³.
  public var volume_A3: Double
  /// Nil where the mass of an element is unknown.
  public var density_g_per_cm3: Double?
  /// By element.
  public var cations: [Cations]
  /// By `Structure.SymmetryPart`; parts without a space group are left out.
  public var spaceGroups: [String: SpaceGroup]
  /// Å.
  public var spaceGroupTolerance_A: Double
  /// The shortest distance between atoms of different molecules for each pair of elements within
  /// `contactRadius_A`.
  public var shortestDistances_A: [String: Double]
  /// The shortest distance between the centres (`heavyCentres`) of molecules for each pair of kinds within
  /// `centreRadius_A`: cation to cation, anion to anion, cation to anion.
  public var shortestCentreDistances_A: [String: Double]
  /// What could not be determined, and why.
  public var notes: [String]

  /// The search radius for contacts, Å.
  public static let contactRadius_A = 4.0
  /// The search radius for neighbouring centres of molecules, Å.
  public static let centreRadius_A = 10.0

  enum CodingKeys: String, CodingKey {
    case formula, atoms, molecules, charge, cations, notes, masses
    case ionCharges = "ion_charges"
    case cellFormula = "cell_formula"
    case cellLengths_A = "cell_lengths_A"
    case cellAngles_degrees = "cell_angles_degrees"
    case volume_A3 = "volume_A3"
    case density_g_per_cm3 = "density_g_per_cm3"
    case spaceGroups = "space_groups"
    case spaceGroupTolerance_A = "space_group_tolerance_A"
    case shortestDistances_A = "shortest_distances_A"
    case shortestCentreDistances_A = "shortest_centre_distances_A"
  }

  /// - Throws: `StructureError.value` for a tolerance that is not above 0, `.notFinite`.
  public init(_ structure: Structure, tolerance_A: Double = 0.01) throws {
    let kinds = structure.moleculeKindCounts
    let volume = structure.cell.volume
    formula = structure.reducedFormula
    cellFormula = structure.formula
    atoms = structure.atomCount
    molecules = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $1) })
    ionCharges = Dictionary(
      uniqueKeysWithValues: kinds.keys.compactMap { kind in
        kind.formalCharge.map { (kind.name, $0) }
      })
    masses = structure.ions.masses.isEmpty ? nil : structure.ions.masses.text
    let charges = kinds.map { kind, count in kind.formalCharge.map { $0 * count } }
    charge = charges.contains(nil) ? nil : charges.compactMap { $0 }.reduce(0, +)
    cellLengths_A = structure.cell.vectors.map(length)
    cellAngles_degrees = structure.cell.angles_degrees
    volume_A3 = volume
    density_g_per_cm3 = structure.density_g_per_cm3
    cations = kinds.filter(\.key.isCation).sorted { $0.key.name < $1.key.name }.map { kind, count in
      Cations(
        name: kind.name, count: count, numberDensity_per_nm3: Double(count) / volume * 1000,
        numberDensity_per_A3: Double(count) / volume)
    }
    spaceGroupTolerance_A = tolerance_A
    spaceGroups = [:]
    notes = structure.ions.notes
    guard tolerance_A.isFinite, tolerance_A > 0 else {
      throw StructureError.value(
        name: "tolerance", found: "\(tolerance_A) Å", wanted: "a finite positive distance")
    }
    for part in Structure.SymmetryPart.allCases {
      do {
        spaceGroups[part.rawValue] = try structure.spaceGroup(of: part, tolerance_A: tolerance_A)
      } catch {
        notes.append("no space group of the \(part.words): \(error)")
      }
    }
    shortestDistances_A = try structure.shortestContacts(within: Self.contactRadius_A).mapValues(\.distance_A)
    let centres = Structure(
      cell: structure.cell, elements: structure.moleculeKinds.map(\.name),
      positions: structure.heavyCentres, moleculeOfAtom: Array(0..<structure.moleculeCount))
    shortestCentreDistances_A = try centres.shortestContacts(within: Self.centreRadius_A)
      .mapValues(\.distance_A)
    if charge == nil {
      let unknown = kinds.keys.filter { $0.formalCharge == nil }.map(\.name).sorted().joined(separator: ", ")
      notes.append("no charge: that of \(unknown) is not known")
    }
  }
}

extension Structure.SymmetryPart {
  /// Human-readable text.
  public var words: String {
    switch self {
    case .atoms: "atoms"
    case .anionAtoms: "anions' atoms"
    case .centres: "cations and anions' centres"
    case .anionCentres: "anions' centres"
    }
  }
}

extension Structure {
  /// The mean position of each molecule's atoms other than hydrogen, Å: the site of the ion, independent of
  /// its orientation. Of all its atoms where it has only hydrogen.
  public var heavyCentres: [Vector3] {
    moleculeRanges.map { range in
      let heavy = range.filter { elements[$0] != "H" }
      let atoms = heavy.isEmpty ? Array(range) : heavy
      return atoms.reduce(Vector3()) { $0 + positions[$1] } / Double(atoms.count)
    }
  }

  /// Mass over volume, with the standard atomic weights and the file's isotopes; nil for an unknown element.
  public var density_g_per_cm3: Double? {
    let kinds = moleculeKinds.map(\.name)
    let masses = zip(elements, moleculeOfAtom).compactMap { element, molecule in
      ions.masses[element, in: kinds[molecule]] ?? Element(symbol: element)?.mass_amu
    }
    guard masses.count == elements.count else { return nil }
    // 1 amu = 1.66053906660e-24 g (CODATA 2018), 1 Å^3 = 1e-24 cm^3.
    return masses.reduce(0, +) * 1.660_539_066_60 / cell.volume
  }
}
