import Crystal

// Eight cells of a structure that comes with the library; `StructureFile.read(path:)` takes files.
let structure = try buildStructure(
  named: "nabh4-lt", supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 1)
print("\(structure.formula), \(structure.cell.volume) Å³, \(try structure.spaceGroup().symbol)")

for (elements, contact) in try structure.shortestContacts().sorted(by: { $0.key < $1.key }) {
  print("\(elements): \(contact.distance_A) Å")
}

// The path ends in .cif, .extxyz, .vasp or .data.
try StructureFile.write(structure, to: CommandLine.arguments[1])
