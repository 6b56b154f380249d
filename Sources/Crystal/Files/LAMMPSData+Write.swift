import Mathematics
import Support

extension Structure {
  /// The structure as a LAMMPS data file of atom style `full`, units of Å, amu and e: atoms in order,
  /// molecules numbered from 1, atom types by element with the symbol beside the mass, wrapped positions
  /// with the image flags that make molecules whole.
  ///
  /// The lattice vectors are replaced by an equivalent set rotated into LAMMPS's frame
  /// (docs.lammps.org/Howto_triclinic.html): right-handed, a along x, b in the xy plane, no tilt above half
  /// an edge.
  ///
  /// - Parameter charges: e, one for each atom; nil for the formal charges of monatomic ions, and 0 for atoms
  ///   of molecules.
  /// - Throws: `StructureError.value` where the numbers of charges and atoms differ, `.notFinite`.
  public func lammpsData(title: String, charges: [Double]? = nil) throws -> String {
    if let charges, charges.count != atomCount {
      throw StructureError.value(
        name: "charges", found: "\(charges.count)", wanted: "one for each of \(atomCount) atoms")
    }
    let symbols = isotopeSymbols
    let species = symbols.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let frame = cell.lammpsFrame
    let (a, b, c) = (frame.a, frame.b, frame.c)
    var lines = [
      oneLine(title), "", "\(atomCount) atoms", "\(species.count) atom types",
      "", "0.0 \(a.x) xlo xhi", "0.0 \(b.y) ylo yhi", "0.0 \(c.z) zlo zhi",
    ]
    if b.x != 0 || c.x != 0 || c.y != 0 { lines.append("\(b.x) \(c.x) \(c.y) xy xz yz") }
    lines += ["", "Masses", ""]
    for (index, symbol) in species.enumerated() {
      lines.append("\(index + 1) \(Element(symbol: symbol)?.mass_amu ?? 1) # \(symbol)")
    }
    lines += ["", "Atoms # full", ""]
    let kinds = moleculeKinds
    let sizes = moleculeRanges.map(\.count)
    let chosen = cell.lammpsVectors
    for i in 0..<atomCount {
      let molecule = moleculeOfAtom[i]
      let formal = sizes[molecule] == 1 ? Double(kinds[molecule].formalCharge ?? 0) : 0
      let s = chosen.fractional(positions[i])
      // As in `PeriodicPairs`: such a position can't be written as image flags and a remainder.
      guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { throw StructureError.notFinite(atom: i) }
      let image = s.rounded(.down)
      let r = frame.cartesian(s - image)
      let type = (species.firstIndex(of: symbols[i]) ?? 0) + 1
      lines.append(
        """
        \(i + 1) \(molecule + 1) \(type) \(charges?[i] ?? formal) \(r.x) \(r.y) \(r.z) \
        \(Int(image.x)) \(Int(image.y)) \(Int(image.z))
        """)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Cell {
  /// Lattice vectors of the same lattice with tilts in LAMMPS's frame of at most half an edge.
  fileprivate var lammpsVectors: Cell {
    let right = rightHanded
    var (b, c) = (right.b, right.c)
    let a = right.a
    // A tilt of exactly a half is kept, whatever its rounding: hexagonal cells have one.
    func whole(_ x: Double) -> Double { abs(x) <= 0.5 + 1e-9 ? 0 : x.rounded() }
    b -= a * whole(dot(a, b) / dot(a, a))
    let across = b - a * (dot(a, b) / dot(a, a))
    c -= b * whole(dot(c, across) / dot(across, across))
    c -= a * whole(dot(a, c) / dot(a, a))
    return Cell(a: a, b: b, c: c)
  }

  /// The cell rotated: a along x, b in the xy plane.
  fileprivate var lammpsFrame: Cell {
    let v = lammpsVectors
    let ax = length(v.a)
    let bx = dot(v.a, v.b) / ax
    let by = length(cross(v.a, v.b)) / ax
    let cx = dot(v.a, v.c) / ax
    let cy = (dot(v.b, v.c) - bx * cx) / by
    let cz = v.volume / (ax * by)
    // Tilts that are only rounding would turn an orthogonal box into a triclinic one.
    func clean(_ x: Double) -> Double { abs(x) < 1e-12 * ax ? 0 : x }
    return Cell(a: [ax, 0, 0], b: [clean(bx), by, 0], c: [clean(cx), clean(cy), cz])
  }
}
