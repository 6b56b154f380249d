import Trajectory

/// What a LAMMPS dump says of an atom's species in the first frame, and must say in every other.
struct DumpSpecies: Equatable {
  /// The fields of a line, as far as the dump has them.
  struct Fields {
    var type: TextLine?
    var element: TextLine?
    var typeLabel: TextLine?
    var mass: TextLine?
    var charge: TextLine?
  }

  let type: Int?
  let element: String?
  /// LAMMPS's name of the type.
  let typeLabel: String?
  /// amu
  let mass: Double?
  /// Later frames may have another.
  let charge_e: Double?

  /// - Throws: `TrajectoryProblem` for a mass or a charge that can't be.
  init(_ fields: Fields, _ lines: LineReader) throws {
    type = fields.type?.integer
    element = fields.element?.string
    typeLabel = fields.typeLabel?.string
    mass = try fields.mass.map { try lines.number($0, .mass) }
    charge_e = try fields.charge.map { try lines.number($0, .charge) }
  }

  /// What a later frame says otherwise, and what was said; nil where nothing has changed.
  func difference(from fields: Fields) -> (found: String, wanted: String)? {
    if let field = fields.element, !field.bytes.elementsEqual((element ?? "").utf8) {
      return ("the element \(field.excerpt)", element ?? "none")
    }
    if let field = fields.typeLabel, !field.bytes.elementsEqual((typeLabel ?? "").utf8) {
      return ("the type label \(field.excerpt)", typeLabel ?? "none")
    }
    if let field = fields.type, field.integer != type {
      return ("the type \(field.excerpt)", type.map(String.init) ?? "none")
    }
    if let field = fields.mass, field.decimal != mass {
      return ("the mass \(field.excerpt)", mass.map { "\($0)" } ?? "none")
    }
    return nil
  }

  /// For naming the element: a type's label where the element is not given.
  var label: AtomLabel {
    AtomLabel(
      name: element ?? typeLabel, type: type ?? typeLabel.flatMap { Int($0) }, mass: mass, charge_e: charge_e)
  }
}
