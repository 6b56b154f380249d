import Labelling

/// Readers of what other programs print of a frame.
let outputTargets: [FuzzTarget] = [
  FuzzTarget("cp2k-output", .text) { digest(try CP2KOutput(try $0.write("cp2k.out")).output) },
  FuzzTarget("pw-output", .text) { digest(try EspressoOutput(try $0.write("pw.out")).output) },
  FuzzTarget("vasp-output", .text) { digest(try VASPOutput.read(try $0.write("vasprun.xml"))) },
]

private func digest(_ output: EngineOutput) -> UInt64 {
  var digest = ContentDigest()
  digest.add(output.energy_eV ?? 0)
  for v in (output.forces_eV_A ?? []) + (output.positions_A ?? []) + (output.cell_A ?? []) {
    digest.add(v.x + 3 * v.y + 7 * v.z)
  }
  for x in output.stress_eV_A3?.elements ?? [] { digest.add(x) }
  for element in output.elements ?? [] { digest.add(element) }
  digest.add("\(output.convergence) \(output.isComplete) \(output.configurations)")
  return digest.value
}
