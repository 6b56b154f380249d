import Crystal
import Foundation
import TestSupport
import Testing

/// Files written here open in ASE and pymatgen as the same crystal, and vice versa.
@Suite(.needs(.python))
struct FilePeerTests {
  /// Reads the files and compares each with the reference by volume and by all distances within 6 Å
  /// between each pair of elements, in any frame, basis and order.
  static let compare = """
    import sys, numpy as np
    from ase.io import read
    from ase.neighborlist import neighbor_list
    from pymatgen.io.cif import CifParser
    from pymatgen.io.vasp import Poscar
    from pymatgen.io.lammps.data import LammpsData
    from pymatgen.io.ase import AseAtomsAdaptor
    def ase(path):
        if path.endswith('.data'):
            return read(path, format='lammps-data', atom_style='full', units='metal')
        if path.endswith('.vasp'):
            return read(path, format='vasp')
        return read(path)
    def pmg(path):
        if path.endswith('.data'):
            s = LammpsData.from_file(path, atom_style='full').structure
        elif path.endswith('.extxyz'):
            return None
        elif path.endswith('.cif'):
            # Without its habit of taking 0.3334 for a third.
            s = CifParser(path, frac_tolerance=0).parse_structures(primitive=False)[0]
        else:
            s = Poscar.from_file(path).structure
        return AseAtomsAdaptor.get_atoms(s)
    def signature(a):
        i, j, d = neighbor_list('ijd', a, 6.0)
        z = a.numbers
        key = np.minimum(z[i], z[j]) * 200 + np.maximum(z[i], z[j])
        return {k: np.sort(d[key == k]) for k in set(key)}
    def check(a, b, tolerance, what):
        assert a.symbols.formula.count() == b.symbols.formula.count(), what
        assert abs(a.get_volume() / b.get_volume() - 1) < tolerance, what
        s, t = signature(a), signature(b)
        assert s.keys() == t.keys(), what
        for k in s:
            n = max((s[k] < 5.9).sum(), (t[k] < 5.9).sum())
            assert n <= min(len(s[k]), len(t[k])), (what, k)
            assert n == 0 or np.abs(s[k][:n] - t[k][:n]).max() < tolerance, (what, k)
    """

  /// A folder for each sample. All at once: to import pymatgen takes many times as long as to compare.
  private func samples() throws -> (root: TemporaryFolder, made: [(folder: String, structure: Structure)]) {
    let root = try TemporaryFolder()
    let made = try SampleStructure.allCases.map { sample in
      let folder = root.file(sample.rawValue)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      return (folder, try sample.make())
    }
    return (root, made)
  }

  /// Written with all digits; ASE and pymatgen read them as doubles.
  @Test func theyReadOurs() throws {
    let (root, made) = try samples()
    for (folder, s) in made {
      for name in ["s.extxyz", "s.cif", "s.vasp", "s.data"] {
        try StructureFile.write(s, to: folder + "/" + name, title: "a sample")
      }
    }
    let script =
      Self.compare + """

        for folder in sys.argv[1:]:
            reference = read(folder + '/s.extxyz')
            for name in ['s.extxyz', 's.cif', 's.vasp', 's.data']:
                check(reference, ase(folder + '/' + name), 1e-6, 'ase ' + name)
                other = pmg(folder + '/' + name)
                if other is not None:
                    check(reference, other, 1e-6, 'pymatgen ' + name)
            print(len(reference), *sorted(set(ase(folder + '/s.data').arrays['mol-id'].tolist())))
        """
    let answer = try Python.run(script, made.map(\.folder))
    let wanted = made.map { _, s in
      "\(s.atomCount) " + (1...s.moleculeCount).map { "\($0)" }.joined(separator: " ")
    }
    #expect(answer == wanted.joined(separator: "\n"))
    withExtendedLifetime(root) {}
  }

  @Test func weReadTheirs() throws {
    let (root, made) = try samples()
    for (folder, s) in made { try s.writeExtXYZ(to: URL(fileURLWithPath: folder + "/s.extxyz")) }
    let script =
      Self.compare + """

        from ase.io import write
        from pymatgen.io.cif import CifWriter
        for folder in sys.argv[1:]:
            a = read(folder + '/s.extxyz')
            del a.arrays['mol_id']
            write(folder + '/ase.extxyz', a)
            write(folder + '/ase.cif', a)
            write(folder + '/ase-direct.vasp', a, direct=True)
            write(folder + '/ase-cartesian.vasp', a, sort=True)
            metal = dict(format='lammps-data', units='metal', masses=True)
            write(folder + '/ase-atomic.data', a, **metal)
            write(folder + '/ase-full.data', a, atom_style='full', **metal)
            p = AseAtomsAdaptor.get_structure(a)
            CifWriter(p).write_file(folder + '/pmg.cif')
            CifWriter(p, symprec=0.001).write_file(folder + '/pmg-symmetry.cif')
            Poscar(p.get_sorted_structure()).write_file(folder + '/pmg.vasp', significant_figures=12)
            LammpsData.from_structure(p, atom_style='charge').write_file(folder + '/pmg.data', distance=9)
        """
    _ = try Python.run(script, made.map(\.folder))
    for (folder, s) in made {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names.count == 11)
      for name in names { try expectRead(folder + "/" + name, name, as: s) }
    }
    withExtendedLifetime(root) {}
  }

  private func expectRead(_ path: String, _ name: String, as s: Structure) throws {
    // pymatgen names no atom style, and columns alone don't tell which it is.
    let options = StructureFile.ReadOptions(lammpsStyle: name == "pmg.data" ? .charge : nil)
    let back = try StructureFile.read(path: path, options: options).realise()
    guard name == "pmg-symmetry.cif" else {
      // The smallest number of digits: pymatgen's CIF has eight of a fraction, ASE's LAMMPS data five or
      // more.
      expectSameCrystal(s, back, tolerance: name == "ase-full.data" ? 1e-5 : 1e-6, "\(path)")
      return
    }
    // The conventional cell, idealised to the 0.001 Å by which the symmetry was found.
    if back.atomCount == s.atomCount {
      expectSameCrystal(s, back, tolerance: 2e-3, "\(path)")
    } else {
      let perAtom = [back, s].map { $0.cell.volume / Double($0.atomCount) }
      #expect(abs(perAtom[0] / perAtom[1] - 1) < 1e-3 && back.reducedFormula == s.reducedFormula)
    }
  }

  /// Symmetry: the asymmetric unit with its operations against the atoms that pymatgen makes of it.
  @Test(arguments: ["nacl.cif", "corundum.cif"]) func symmetryAgainstPymatgen(name: String) throws {
    let folder = try TemporaryFolder()
    let s = try StructureFile.read(path: resource(name)).realise()
    try s.writeExtXYZ(to: URL(fileURLWithPath: folder.file("s.extxyz")))
    let script =
      Self.compare + """

        check(read(sys.argv[1] + '/s.extxyz'), pmg(sys.argv[2]), 1e-3, 'symmetry')
        print('same')
        """
    // Special positions to four digits are exact here and not there.
    #expect(try Python.run(script, [folder.path, resource(name)]) == "same")
  }

  /// Partial occupancies that pymatgen writes, in P 1 and with symmetry: as many ions of each element, on
  /// as many positions.
  @Test func partialOccupancyFromPymatgen() throws {
    let folder = try TemporaryFolder()
    let script = """
      import sys
      from pymatgen.core import Lattice, Structure
      from pymatgen.io.cif import CifWriter
      s = Structure.from_spacegroup('Fm-3m', Lattice.cubic(5.9),
          [{'Na': 0.5, 'K': 0.5}, 'Cl'], [[0, 0, 0], [0.5, 0.5, 0.5]])
      t = Structure.from_spacegroup('Fm-3m', Lattice.cubic(9.0), [{'Li': 0.5}, 'Cl'],
          [[0.25, 0.25, 0.25], [0, 0, 0]])
      for name, x in (('a', s), ('b', t)):
          CifWriter(x).write_file(f'{sys.argv[1]}/{name}1.cif')
          CifWriter(x, symprec=0.01).write_file(f'{sys.argv[1]}/{name}2.cif')
      """
    _ = try Python.run(script, [folder.path])
    for name in ["a1.cif", "a2.cif"] {
      let s = try StructureFile.read(path: folder.file(name))
      #expect(s.isDisordered)
      let made = try s.realise(supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 3)
      #expect(made.formula == "K16Na16Cl32", "\(name)")
    }
    for name in ["b1.cif", "b2.cif"] {
      let made = try StructureFile.read(path: folder.file(name)).realise(seed: 3)
      #expect(made.formula == "Li4Cl4", "\(name)")
    }
  }
}
