import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Support

/// Text that is no number is taken for none, in any format.
@Suite struct NumberTests {
  static let wrong = [
    ".", "-.", "+", "", "0x10", "1e", "1e+", "e5", "inf", "nan", "infinity", "1_000", "1,5", " 1", "1 ",
    "--1", "1.2.3",
    "1e400", "٣", "1f", "0b1", "1e1.5",
  ]

  @Test(arguments: wrong) func isNoNumber(_ text: String) {
    #expect(decimalNumber(text) == nil)
    #expect(fileNumber(text) == nil)
  }

  @Test func numbers() {
    for (text, value) in [
      ("1.", 1.0), (".5", 0.5), ("-.5e1", -5), ("+2E-3", 0.002), ("00.10", 0.1), ("-0", 0),
      ("179769313486231570000000000000000000000e270", 1.7976931348623157e308),
    ] {
      #expect(decimalNumber(text) == value)
    }
    #expect(decimalNumber("1.0D-03") == nil)
    #expect(fileNumber("1.0D-03") == 0.001)
    #expect(decimalNumber("-0")?.sign == .minus)
  }

  /// The case `lone-dot`, in every format of structures.
  @Test(arguments: [".", "-.", "0x10", "inf", "1e"]) func refusedInStructureFiles(_ text: String) throws {
    let folder = try TemporaryFolder()
    for (name, content) in [
      ("a.vasp", "x\n1.0\n9 0 0\n0 9 0\n0 0 9\nNa\n1\nDirect\n@ 0 0\n"),
      ("b.vasp", "x\n@\n9 0 0\n0 9 0\n0 0 9\nNa\n1\nDirect\n0 0 0\n"),
      (
        "c.data",
        "x\n\n1 atoms\n1 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\nMasses\n\n1 22.99\n\n"
          + "Atoms # atomic\n\n1 1 @ 0 0\n"
      ),
      ("d.xyz", "1\nLattice=\"9 0 0 0 9 0 0 0 9\"\nNa @ 0 0\n"),
      ("e.xyz", "1\nLattice=\"9 0 0 0 9 0 0 0 @\"\nNa 0 0 0\n"),
      (
        "f.cif",
        "data_x\n_cell_length_a 9\n_cell_length_b 9\n_cell_length_c 9\n_cell_angle_alpha 90\n"
          + "_cell_angle_beta 90\n_cell_angle_gamma 90\n_space_group_name_H-M_alt 'P 1'\nloop_\n_atom_site_label\n"
          + "_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNa1 Na @ 0 0\n"
      ),
    ] {
      let path = try folder.file(name, content.replacing("@", with: text))
      let error = #expect(throws: StructureError.self) { try StructureFile.read(path: path) }
      #expect(error?.description.contains("\(path):") == true, "\(error?.description ?? "")")
      _ = try StructureFile.read(path: try folder.file(name, content.replacing("@", with: "2.5")))
    }
  }
}
