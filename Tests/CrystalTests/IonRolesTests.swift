import Testing

@testable import Crystal
@testable import Mathematics

/// What diffuses, what it is measured against, and what is neither.
struct IonRolesTests {
  private func roles(_ formulas: [String], mobile: [String]) -> IonRoles {
    IonRoles(formulas.compactMap { MoleculeKind(formula: $0) }, mobile: mobile)
  }

  @Test func theFrameworkIsWhatDoesNotDiffuse() {
    // As ever: anions, and metals that do not diffuse.
    #expect(roles(["Na", "B12H12", "Na"], mobile: ["Na"]).framework == [1])
    #expect(roles(["Li", "La", "Zr", "O"], mobile: ["Li"]).framework == [1, 2, 3])
    // Another cation that often diffuses is no part of it.
    let mixed = roles(["Li", "Na", "B12H12"], mobile: ["Li"])
    #expect(mixed.framework == [2] && mixed.others == [1] && mixed.hosts == [2])
    #expect(roles(["Ag", "I"], mobile: ["Ag"]).framework == [1])
    // Where the anions diffuse, it is the cations.
    let fluorite = roles(["Ca", "F", "F"], mobile: ["F"])
    #expect(fluorite.framework.isEmpty && fluorite.hosts == [0] && fluorite.hasMobileAnions)
    let clusters = roles(["Na", "B12H12"], mobile: ["B12H12"])
    #expect(clusters.hosts == [0] && clusters.hasMobileAnions && clusters.mobileIons == [1])
    // Argyrodite: one of several anions.
    #expect(roles(["Li", "PS4", "S", "Cl"], mobile: ["Cl"]).framework == [1, 2])
    // Alloys and lone elements have no anions.
    let alloy = roles(["Li", "Al"], mobile: ["Li"])
    #expect(alloy.framework.isEmpty && alloy.others == [1] && !alloy.hasMobileAnions)
    #expect(roles(["Cu", "Cu"], mobile: ["Cu"]).hosts.isEmpty)
    // Several species, each by itself.
    let two = roles(["Na", "Li", "Cl", "Na"], mobile: ["Li", "Na"])
    #expect(two.mobileIons(0) == [1] && two.mobileIons(1) == [0, 3] && two.framework == [2])
  }

  @Test func chargesAreThoseOfTextbooks() {
    let wanted = [
      "Na": 1, "Ag": 1, "Cu": 1, "Mg": 2, "Zn": 2, "Pb": 2, "Cd": 2, "Al": 3, "Y": 3, "La": 3,
      "Zr": 4,
      "F": -1, "Cl": -1, "O": -2, "S": -2, "N": -3, "B12H12": -2, "BH4": -1,
    ]
    for (formula, charge) in wanted {
      #expect(MoleculeKind(formula: formula)?.formalCharge == charge, "\(formula)")
    }
    // Several common charges, or none.
    for formula in ["Fe", "Mn", "Ce", "Sn", "C", "H"] {
      #expect(MoleculeKind(formula: formula)?.formalCharge == nil, "\(formula)")
    }
    #expect(MoleculeKind(formula: "Fe")?.isCation == true && MoleculeKind(formula: "H")?.isCation == false)
    #expect(MoleculeKind(formula: "B11CH12")?.name == "CB11H12")
  }

  /// Hydrogen that diffuses belongs to no molecule: OH and H3O become oxygen and protons.
  @Test func protonsAreTakenOutOfMolecules() throws {
    let elements = ["O", "H", "O", "H", "H", "H", "Na"]
    let positions: [Vector3] = [
      [1, 1, 1], [1.96, 1, 1], [6, 6, 6], [6.98, 6, 6], [6, 6.98, 6], [6, 6, 6.98], [1, 6, 1],
    ]
    let structure = Structure(
      cell: Cell(cubic: 12), elements: elements, positions: positions, moleculeOfAtom: [0, 0, 1, 1, 1, 1, 2])
    #expect(structure.boundElements(of: ["H", "Na"]) == ["H"])
    let separate = try Structure.assembling(
      cell: structure.cell, elements: elements, positions: positions, rules: IonRules(single: ["H"]))
    #expect(separate.structure.moleculeKinds.map(\.name).sorted() == ["H", "H", "H", "H", "Na", "O", "O"])
    #expect(separate.order.sorted() == Array(0..<7))
    // An ion of the name itself is meant, not the atoms of others.
    let argyrodite = Structure(
      cell: Cell(cubic: 12), elements: ["P", "S", "S"], positions: [[1, 1, 1], [3, 1, 1], [6, 6, 6]],
      moleculeOfAtom: [0, 0, 1])
    #expect(argyrodite.boundElements(of: ["S"]).isEmpty && argyrodite.boundElements(of: ["P"]) == ["P"])
  }
}
