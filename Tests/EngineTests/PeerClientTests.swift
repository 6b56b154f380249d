import Crystal
import EngineSocket
import Foundation
import Mathematics
import TestSupport
import Testing

/// Against other people's clients: i-PI's own driver and ASE's.
@Suite(.needs(.python)) struct PeerClientTests {
  /// i-PI's harmonic potential: E = k/2 Σ r², f = −k r, no virial. In atomic units, to 1e-10.
  @Test func harmonicPotentialOfIPI() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let engine = try session(
      [try #require(EngineClient.ipiDriver), "-u", "-a", "{socket}", "-m", "harmonic", "-o", "0.021"],
      structure, in: folder)
    defer { engine.end() }
    for shift in [Vector3.zero, [0.3, -0.2, 0.1]] {
      var frame = structure.frame
      frame.positions = frame.positions.map { $0 + shift }
      let found = try #require(try engine.evaluate([frame]).first)
      let r = frame.positions.map { $0 / AtomicUnits.bohr }
      let energy = 0.021 / 2 * r.reduce(0) { $0 + dot($1, $1) }
      #expect(abs(found.energy_eV / AtomicUnits.hartree - energy) < 1e-10 * energy)
      let forces = found.forces_eV_A.map { $0 * AtomicUnits.bohr / AtomicUnits.hartree }
      #expect(largestDifference(forces, r.map { $0 * -0.021 }) < 1e-10)
      #expect(found.virial_eV == .zero)
      #expect(found.extra == "nada")
    }
  }

  /// Lennard-Jones summed by this test in the cell that is not turned, by i-PI's driver in the one that is.
  @Test func lennardJonesByTheDriverOfIPI() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let engine = try session(
      [
        try #require(EngineClient.ipiDriver), "-u", "-a", "{socket}", "-m", "custom", "-P",
        EngineClient.lennardJones.path, "-o", "0.00038,6.4,15.0",
      ], structure, in: folder)
    defer { engine.end() }
    let found = try #require(try engine.evaluate([structure.frame]).first)
    let wanted = lennardJones(structure, epsilon: 0.00038, sigma: 6.4, cutoff: 15)
    #expect(abs(wanted.energy) > 1e-3)
    #expect(abs(found.energy_eV / AtomicUnits.hartree - wanted.energy) < 1e-10)
    let forces = found.forces_eV_A.map { $0 * AtomicUnits.bohr / AtomicUnits.hartree }
    #expect(wanted.forces.map(length).max() ?? 0 > 1e-4)
    #expect(largestDifference(forces, wanted.forces) < 1e-10)
    let virial = found.virial_eV * (1 / AtomicUnits.hartree) - wanted.virial
    #expect(virial.squareSum.squareRoot() < 1e-10)
    #expect(wanted.virial.squareSum.squareRoot() > 1e-3)
    #expect(found.extra == "lj")
  }

  /// Hartree and bohr; the virial is Σ r ⊗ f of pairs.
  private func lennardJones(
    _ structure: Structure, epsilon: Double, sigma: Double, cutoff: Double
  ) -> (energy: Double, forces: [Vector3], virial: Matrix3) {
    var (energy, virial) = (0.0, Matrix3.zero)
    var forces = structure.positions.map { _ in Vector3.zero }
    let r = structure.positions.map { $0 / AtomicUnits.bohr }
    let vectors = structure.cell.vectors.map { $0 / AtomicUnits.bohr }
    for i in r.indices {
      for j in r.indices {
        for n in 0..<125 {
          let shift =
            vectors[0] * Double(n % 5 - 2) + vectors[1] * Double(n / 5 % 5 - 2)
            + vectors[2] * Double(n / 25 - 2)
          let d = r[j] + shift - r[i]
          let square = dot(d, d)
          guard square > 1e-12, square < cutoff * cutoff else { continue }
          let x = power(sigma * sigma / square, 3)
          energy += 2 * epsilon * (x * x - x)
          let f = d * (24 * epsilon * (2 * x * x - x) / square)
          forces[i] -= f
          virial = virial + Matrix3(outer: d, f) * 0.5
        }
      }
    }
    return (energy, forces, virial)
  }

  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { result, _ in result * x } }

  private struct ASEResult: Decodable {
    var energy: Double
    var forces: [Double]
    var stress: [Double]
  }

  /// ASE's client against ASE without a socket, on the cell as it is and mirrored: its constants are of 2014, so to 1e-7.
  @Test(arguments: ["unix", "tcp"], [false, true])
  func lennardJonesByTheClientOfASE(_ kind: String, _ isLeftHanded: Bool) throws {
    let folder = try TemporaryFolder()
    var structure = skewFrame()
    if isLeftHanded {
      let cell = structure.cell
      structure.cell = Cell(a: cell.b, b: cell.a, c: cell.c)
    }
    let path = folder.file("direct.extxyz")
    try structure.writeExtXYZ(to: URL(fileURLWithPath: path))
    let script = try String(contentsOfFile: EngineClient.ase.path, encoding: .utf8)
    let direct = try JSONDecoder().decode(ASEResult.self, from: Data(try Python.run(script, [path]).utf8))
    let place = kind == "tcp" ? "{host}:{port}" : "{socket}"
    let engine = try session([EngineClient.ase.path, "{structure}", place], structure, in: folder) {
      if kind == "tcp" { $0.address = .tcp(host: "127.0.0.1", port: 0) }
    }
    defer { engine.end() }
    let found = try #require(try engine.evaluate([structure.frame]).first)
    #expect(abs(found.energy_eV - direct.energy) < 1e-7 * abs(direct.energy))
    let forces = structure.positions.indices.map { i in
      Vector3(direct.forces[3 * i], direct.forces[3 * i + 1], direct.forces[3 * i + 2])
    }
    let scale = forces.map(length).max() ?? 0
    #expect(scale > 1e-3)
    #expect(largestDifference(found.forces_eV_A, forces) < 1e-7 * scale)
    let stress = found.virial_eV * (-1 / structure.cell.volume)
    let wanted = Matrix3(direct.stress[...])
    #expect((stress - wanted).squareSum.squareRoot() < 1e-7 * wanted.squareSum.squareRoot())
    // In an isotropic stress no turn would show.
    #expect(abs(wanted.x.y) > 1e-3 * abs(wanted.x.x))
  }

  /// What a client reads from the files written for it: turned, in the order of the atoms.
  @Test func filesForTheClient() throws {
    let folder = try TemporaryFolder()
    var structure = skewFrame()
    structure.elements = ["Na", "H", "H", "Na", "B", "B", "H", "Na"]
    let engine = try session([EngineClient.springs.path, "{socket}"], structure, in: folder)
    _ = try engine.evaluate([structure.frame])
    engine.end()
    let script = """
      import json, sys
      from ase.io import read
      a, b = (read(p, format=f) for p, f in zip(sys.argv[1:3], ("extxyz", "vasp")))
      print(json.dumps([a.get_chemical_symbols(), b.get_chemical_symbols(), abs(a.positions - b.positions).max(),
                        abs(a.cell[:] - b.cell[:]).max(), [abs(a.cell[i][j]) for i, j in ((0, 1), (0, 2), (1, 2))],
                        a.get_all_distances(mic=True).ravel().tolist()]))
      """
    let text = try Python.run(script, [folder.file("engine/structure.extxyz"), folder.file("engine/POSCAR")])
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any])
    #expect(answer[0] as? [String] == structure.elements)
    #expect(answer[1] as? [String] == structure.elements)
    #expect(answer[2] as? Double ?? 1 < 1e-12)
    #expect(answer[3] as? Double ?? 1 < 1e-12)
    #expect(answer[4] as? [Double] == [0, 0, 0])
  }
}
