import Crystal
import Foundation
import TestSupport
import Testing

/// pymatgen reads files written here, and its answers are compared with ours.
@Suite(.needs(.python))
struct PymatgenStructureTests {
  private struct Answer: Decodable {
    var density: Double
    var number: Int
    var symbol: String
    var shortest: [String: Double]
  }

  @Test func describesEveryBuiltInStructureAlike() throws {
    let tolerance_A = 1e-3
    let folder = temporaryFile("pymatgen")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var ours: [String: StructureDescription] = [:]
    for name in BuiltInStructure.names {
      // Skewed, so that axes can't be confused.
      let matrix = try SupercellMatrix(rows: [[1, 1, 0], [0, 1, 0], [0, 0, 1]])
      let s = try BuiltInStructure(named: name).build(
        supercell: matrix, composition: name == "na3obh4-family" ? 1 : nil, seed: 3
      ).structure
      try s.writeExtXYZ(to: folder.appendingPathComponent("\(name).extxyz"))
      ours[name] = try StructureDescription(s, tolerance_A: tolerance_A)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Python.path))
    process.arguments = ["-c", script, folder.path, String(tolerance_A)]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let data = try Data(contentsOf: folder.appendingPathComponent("answers.json"))
    let answers = try JSONDecoder().decode([String: Answer].self, from: data)
    #expect(Set(answers.keys) == Set(ours.keys))
    for (name, answer) in answers {
      let mine = try #require(ours[name])
      // Its masses differ in the last digits.
      #expect(abs(try #require(mine.density_g_per_cm3) / answer.density - 1) < 2e-4, "\(name)")
      let group = SpaceGroup(number: answer.number, symbol: answer.symbol)
      #expect(mine.spaceGroups["atoms"] == group, "\(name)")
      #expect(Set(mine.shortestDistances_A.keys) == Set(answer.shortest.keys), "\(name)")
      for (pair, distance) in answer.shortest {
        #expect(abs((mine.shortestDistances_A[pair] ?? 0) - distance) < 1e-6, "\(name) \(pair)")
      }
    }
  }

  /// Molecules by `mol_id`; distances by pymatgen's own neighbour list.
  private let script = """
    import glob, json, os, sys
    from ase.io import read
    from pymatgen.core import Lattice, Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer
    answers = {}
    for path in glob.glob(sys.argv[1] + "/*.extxyz"):
        atoms = read(path)
        molecule = atoms.arrays["mol_id"]
        s = Structure(Lattice(atoms.cell[:]), atoms.get_chemical_symbols(), atoms.positions,
                      coords_are_cartesian=True)
        group = SpacegroupAnalyzer(s, symprec=float(sys.argv[2]))
        shortest = {}
        first, second, images, distances = s.get_neighbor_list(4.0)
        for i, j, image, d in zip(first, second, images, distances):
            if molecule[i] == molecule[j] and not any(image):
                continue
            pair = "–".join(sorted([s[int(i)].specie.symbol, s[int(j)].specie.symbol]))
            shortest[pair] = min(d, shortest.get(pair, 9.0))
        answers[os.path.basename(path)[:-len(".extxyz")]] = {
            "density": float(s.density), "number": group.get_space_group_number(),
            "symbol": group.get_space_group_symbol(), "shortest": shortest}
    with open(sys.argv[1] + "/answers.json", "w") as out:
        json.dump(answers, out)
    """
}
