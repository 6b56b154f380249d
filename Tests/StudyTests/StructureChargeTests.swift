import Testing

@testable import Manifest
@testable import Results

/// Rock salt of a divalent copper oxide: the table of usual charges has copper as +1.
private let oxide = """
  data_oxide
  _cell_length_a 4.25
  _cell_length_b 4.25
  _cell_length_c 4.25
  _cell_angle_alpha 90
  _cell_angle_beta 90
  _cell_angle_gamma 90
  _symmetry_space_group_name_H-M 'P 1'
  loop_
  _atom_type_symbol
  _atom_type_oxidation_number
  Cu2+ 2
  O2- -2
  loop_
  _atom_site_label
  _atom_site_type_symbol
  _atom_site_fract_x
  _atom_site_fract_y
  _atom_site_fract_z
  Cu1 Cu2+ 0 0 0
  Cu2 Cu2+ 0.5 0.5 0
  Cu3 Cu2+ 0.5 0 0.5
  Cu4 Cu2+ 0 0.5 0.5
  O1 O2- 0.5 0.5 0.5
  O2 O2- 0.5 0 0
  O3 O2- 0 0.5 0
  O4 O2- 0 0 0.5

  """

@Test func oxidationStatesGoBeforeUsualCharges() throws {
  try withTemporaryFolder { folder in
    try write(oxide, to: "\(folder)/oxide.cif")
    func charge(_ system: String) throws -> IonCharge? {
      try plan("study: c\nsystem: \(system)\nstages: {sample: 1 ps}\nsweep: {temperature: [500 K]}\n")
        .manifest.charge(of: "Cu")
    }
    let found = try charge("{structure: \(folder)/oxide.cif}")
    #expect(found == IonCharge(value_e: 2, source: .structure))
    let declared = try charge("{structure: na2b12h12-bcc, ions: {Cu: {charge: 3}}}")
    #expect(declared == IonCharge(value_e: 3, source: .declared))
    #expect(try charge("{structure: na2b12h12-bcc}") == IonCharge(value_e: 1, source: .usual))
  }
}

/// Results outlive the file of the structure: the usual charge stands in, and the reason is told.
@Test func aStructureThatCannotBeReadIsTold() throws {
  try withTemporaryFolder { folder in
    let file = "\(folder)/oxide.cif"
    func charge(_ mobile: String) throws -> SpeciesCharge {
      try write(oxide, to: file)
      let manifest = try plan(
        "study: c\nsystem: {structure: \(file)}\nstages: {sample: 1 ps}\nsweep: {temperature: [500 K]}\n"
      ).manifest
      try write("data_damaged\nloop_\n", to: file)
      return SpeciesCharge(of: mobile, manifest)
    }
    let copper = try charge("Cu")
    #expect(copper.charge == IonCharge(value_e: 1, source: .usual))
    let told = try #require(copper.warnings.first).description
    #expect(copper.warnings.count == 1 && told.contains("Cu") && told.contains(file), "\(told)")
    // Of sodium no file says otherwise.
    #expect(try charge("Na").warnings.isEmpty)
  }
}
