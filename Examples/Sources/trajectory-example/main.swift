import Analysis
import Crystal
import TrajectoryImport

// The path of an extXYZ file, a LAMMPS dump, an XDATCAR or an H5MD file.
let run = try ImportedRun([CommandLine.arguments[1]], format: nil, hints: ImportHints())
let sodium = run.atoms.elements.indices.filter { run.atoms.elements[$0] == "Na" }

// Files hold positions that jump through the faces of the cell; paths go on.
var unwrapping = PathUnwrapping()
var positions: [[SIMD3<Double>]] = []
var cells: [Cell] = []
while let frame = try run.next() {
  let unwrapped = unwrapping.advance(frame.positions, cell: frame.cell)
  positions.append(sodium.map { unwrapped[$0] })
  cells.append(frame.cell)
}
// In a cell that changes, displacements are measured in its mean.
if let paths = MeanCellPaths(cells: cells) {
  for frame in positions.indices { positions[frame] = try paths.place(positions[frame], frame: frame) }
}

print("\(positions.count) frames, one every \(run.clock.frameInterval_ps) ps")
let diffusivity = try DiffusivityEstimate(positions: positions, interval_ps: run.clock.frameInterval_ps)
print("D = \(diffusivity.value_A2_per_ps ?? .nan) Å²/ps")
