import Mathematics
import TrajectoryImport
import Units

/// Reads the `vasprun.xml` of one configuration.
///
/// Its energy is `e_fr_energy` of the ionic step, which has what is added after the last electronic step (dispersion, say),
/// less the work of PSTRESS. VASP's stress is −∂E/∂strain/V: compression is positive.
package enum VASPOutput {
  /// - Throws: `TrajectoryProblem` for a file that can't be read.
  package static func read(_ path: String) throws -> EngineOutput {
    let document = try VasprunDocument(path)
    let source = try TrajectoryBytes(path, name: path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      // A file that ends within an element is that of a job that was killed.
      guard try document.parse(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), isLast: count == 0),
        count > 0
      else { break }
    }
    return output(of: document.content)
  }

  private static func output(of content: VasprunContent) -> EngineOutput {
    var output = EngineOutput()
    let generator = content.generator
    output.program = generator["version"].map { "VASP \($0)" }
    output.isComplete = content.isWhole
    output.elements = content.atoms.map { String($0.name.prefix { $0.isLetter }) }
    output.configurations = content.frames.count
    guard let frame = content.frames.first else { return output }
    let results = frame.results
    output.cell_A = frame.basis
    output.positions_A = frame.positions.map { share in
      frame.basis[0] * share.x + frame.basis[1] * share.y + frame.basis[2] * share.z
    }
    let volume = abs(dot(frame.basis[0], cross(frame.basis[1], frame.basis[2])))
    let kilobar = 0.1 / Constants.gigapascal
    output.energy_eV = results.energy_eV.map { $0 - content.addedPressure_kbar * kilobar * volume }
    output.forces_eV_A = results.forces
    if results.stress_kbar.count == 3 {
      output.stress_eV_A3 = Tensor3(
        results.stress_kbar.flatMap { [$0.x, $0.y, $0.z] }.map { $0 * -kilobar }[...])
    }
    // It stops there without a word.
    if let most = content.mostElectronicSteps, results.electronicSteps >= most {
      output.convergence = .failed(.stepLimit(most))
    } else {
      output.convergence = .achieved
    }
    return output
  }
}
