import Support

/// A structure from a file: atoms, or an average structure with partly occupied sites.
public struct StructureFile: Sendable {
  /// The possible contents of a file.
  public enum Content: Sendable {
    case ordered(Structure)
    /// A CIF with partly occupied sites.
    case disordered(DisorderedStructure)
  }

  /// The path of the file.
  public var path: String
  /// The format of the file.
  public var format: StructureFormat
  /// The content of the file.
  public var content: Content

  /// Information that a file does not contain itself.
  public struct ReadOptions: Sendable {
    /// The atom style of a LAMMPS data file whose `Atoms` line names none.
    public var lammpsStyle: LAMMPSAtomStyle?
    /// The elements of a LAMMPS data file's atom types 1, 2, …, in place of those from its masses.
    public var lammpsElements: [String]?
    /// What the user says of the ions.
    public var rules = IonRules()

    /// By default no option is set.
    public init(
      lammpsStyle: LAMMPSAtomStyle? = nil, lammpsElements: [String]? = nil, rules: IonRules = IonRules()
    ) {
      self.rules = rules
      self.lammpsStyle = lammpsStyle
      self.lammpsElements = lammpsElements
    }
  }

  /// Reads a file of any format; where `format` is nil the file's name determines it.
  ///
  /// - Throws: `StructureError`: `.file` and `.malformed` with the place in the file, and what
  ///   `Structure.assembling` throws.
  public static func read(
    path: String, format: StructureFormat? = nil, options: ReadOptions = ReadOptions()
  ) throws -> StructureFile {
    let format = try format ?? StructureFormat(path: path)
    let text = try StructureText(path: path)
    let content = try naming(path) { try read(text, as: format, options) }
    return StructureFile(path: path, format: format, content: content)
  }

  /// Adds the file name to an error that has none.
  private static func naming<T>(_ path: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as StructureError {
      switch error {
      case .file, .malformed, .declared: throw error
      case .disorder(let name, _) where name == path: throw error
      default: throw StructureError.file(path: path, reason: error.description)
      }
    }
  }

  private static func read(
    _ text: StructureText, as format: StructureFormat, _ options: ReadOptions
  ) throws -> Content {
    switch format {
    case .cif:
      let average = try DisorderedStructure(cif: text, rules: options.rules)
      return average.isOrdered ? .ordered(try average.realise()) : .disordered(average)
    case .extxyz:
      return .ordered(try ExtXYZ(text: text.string, file: text.file, rules: options.rules).structure)
    case .poscar: return .ordered(try Structure(poscar: text, rules: options.rules))
    case .lammpsData: return .ordered(try Structure(lammpsData: text, options: options))
    }
  }

  /// Writes a file of any format, replacing an existing one only once the new file is complete.
  ///
  /// - Parameter title: the comment of the file.
  /// - Throws: `StructureError.file`.
  public static func write(
    _ structure: Structure, to path: String, format: StructureFormat? = nil, title: String? = nil
  ) throws {
    let title = title ?? structure.formula
    let text =
      switch try format ?? StructureFormat(path: path) {
      case .cif: structure.cif(title: title)
      case .extxyz: structure.extXYZ(info: ["title": title])
      case .poscar: structure.poscar(title: title)
      case .lammpsData: try structure.lammpsData(title: title)
      }
    try replace(path, with: text)
  }

  /// - Throws: `StructureError.file`; an existing file is then unchanged.
  static func replace(_ path: String, with text: String) throws {
    do { try OutputFile.write(text, to: path) } catch let error as FileError {
      throw StructureError.file(
        path: path, reason: "can't be written (\(error.operation.text): \(error.reason))")
    } catch let error as InputError {
      throw StructureError.file(path: path, reason: "can't be written: found \(error.found ?? "")")
    }
  }

  /// Whether it holds an average structure, from which ``realise(supercell:seed:options:)`` draws.
  public var isDisordered: Bool {
    if case .disordered = content { true } else { false }
  }

  /// Masses of the isotopes that the file has, by element or by ion.
  ///
  /// - Throws: what ``realise(supercell:seed:options:)`` throws for an average structure in which one element has
  ///   several isotopes.
  public func isotopes() throws -> AtomMasses {
    switch content {
    case .ordered(let structure): structure.ions.masses
    case .disordered(let average): try average.uniformIsotopes ?? average.realise().ions.masses
    }
  }

  /// Whole atoms in a supercell; `seed` and `options` matter only for disordered content.
  ///
  /// - Throws: what `DisorderedStructure.realise` throws.
  public func realise(
    supercell: SupercellMatrix = .identity, seed: UInt64 = 0, options: DisorderOptions = DisorderOptions()
  ) throws -> Structure {
    switch content {
    case .ordered(let structure):
      try supercell.check(atomsPerCell: structure.atomCount)
      return structure.supercell(supercell)
    case .disordered(let average):
      try supercell.check(atomsPerCell: average.positions.count)
      return try average.realise(supercell: supercell, seed: seed, options: options)
    }
  }
}
