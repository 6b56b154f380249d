import Crystal
import Foundation

/// A protein structure file (PSF) beside an exported H5MD file: names, masses, ions and bonds, which MDAnalysis does not take from
/// H5MD. In the space-separated form of NAMD and VMD, as fields of fixed width would cut formulas.
struct PSFFile {
  struct Atom {
    /// The element: the name and the type.
    var element: String
    /// The formula of the ion, and its number from 1.
    var ion: String
    var number: Int
    var mass_amu: Double
  }

  /// In the order of the atoms' ids.
  var atoms: [Atom]
  /// Indices of bonded atoms, the lower first.
  var bonds: [(Int, Int)]

  var text: String {
    var lines = [
      "PSF EXT NAMD", "", "       1 !NTITLE", " REMARKS names, masses and bonds of a record of Paddlewheel",
      "",
    ]
    lines.append(Self.count(atoms.count, "!NATOM"))
    for (index, atom) in atoms.enumerated() {
      // Charges of a force field are not formal charges: 0.
      lines.append(
        "\(index + 1) SYSTEM \(atom.number) \(atom.ion) \(atom.element) \(atom.element) 0.000000 "
          + String(format: "%.6f", atom.mass_amu) + " 0")
    }
    lines += ["", Self.count(bonds.count, "!NBOND: bonds")]
    for start in stride(from: 0, to: bonds.count, by: 4) {
      lines.append(
        bonds[start..<min(start + 4, bonds.count)].map { String(format: "%10d%10d", $0.0 + 1, $0.1 + 1) }
          .joined())
    }
    for section in ["!NTHETA: angles", "!NPHI: dihedrals", "!NIMPHI: impropers"] {
      lines += ["", Self.count(0, section)]
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private static func count(_ number: Int, _ section: String) -> String {
    String(format: "%10d ", number) + section
  }

  /// - Parameters:
  ///   - assignment: of atoms by their ids; nil where they form no finite ions: each is then an ion of its own.
  ///   - elements: by id.
  ///   - mass_amu: of an element in an ion.
  init(_ assignment: MoleculeAssignment?, elements: [String], mass_amu: (String, String) -> Double) {
    atoms = elements.enumerated().map {
      Atom(element: $1, ion: $1, number: $0 + 1, mass_amu: mass_amu($1, $1))
    }
    bonds = []
    guard let assignment else { return }
    let structure = assignment.structure
    for range in structure.moleculeRanges {
      let kind = MoleculeKind(elements: range.map { structure.elements[$0] }).name
      for new in range {
        let old = assignment.order[new]
        atoms[old] = Atom(
          element: elements[old], ion: kind, number: structure.moleculeOfAtom[new] + 1,
          mass_amu: mass_amu(elements[old], kind))
      }
      for (offset, partners) in structure.bondedNeighbours(inMolecule: range).enumerated() {
        let first = range.lowerBound + offset
        bonds += partners.filter { $0 > first }.map {
          let pair = [assignment.order[first], assignment.order[$0]].sorted()
          return (pair[0], pair[1])
        }
      }
    }
    bonds.sort { $0 < $1 }
  }
}
