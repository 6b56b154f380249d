import Analysis
import Trajectory

// The path of an extXYZ file, a LAMMPS dump, an XDATCAR or an H5MD file.
let run = try ImportedRun([CommandLine.arguments[1]], format: nil, hints: ImportHints())
let sodium = run.atoms.elements.indices.filter { run.atoms.elements[$0] == "Na" }

// Files hold positions that jump through the faces of the cell; paths go on.
var unwrapping = PathUnwrapping()
var positions: [[SIMD3<Double>]] = []
while let frame = try run.next() {
  let paths = unwrapping.advance(frame.positions, cell: frame.cell)
  positions.append(sodium.map { paths[$0] })
}

print("\(positions.count) frames, one every \(run.clock.frameInterval_ps) ps")
let diffusivity = try DiffusivityEstimate(positions: positions, interval_ps: run.clock.frameInterval_ps)
print("D = \(diffusivity.value_A2_per_ps ?? .nan) Å²/ps")
