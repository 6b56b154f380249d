import Crystal
import Mathematics
import Support
import Trajectory
import TrajectoryImport

/// Reconstructs the paths of an imported run's ions from its frames: whole anions, unwrapped across the cell
/// boundaries.
///
/// The record stores position + images × the cell of the frame (docs/decisions/0017). A wrapped file has no
/// images: an anion is assembled along its bonds, and each ion's centre of mass moves by the shortest change of
/// its fractional coordinates, which is robust against rotating anions, fast hydrogen and a cell that changes. A
/// file with images or unwrapped positions is trusted, except for the lattice vectors between its atoms and
/// whole anions in its first frame.
struct IonPaths {
  private let system: ImportedSystem
  private let ranges: [Range<Int>]
  private let masses_amu: [Double]
  /// Å, of every atom in the order of the structure, after `advance`.
  private(set) var positions: [Vector3]
  /// Å, of every ion.
  private(set) var centres: [Vector3]
  /// The lattice vectors that images and fractional coordinates refer to.
  private var basis = LatticeBasis()
  /// Fractional coordinates of the centres in the last frame without images, and the images, in cells.
  private var lastCentres: [Vector3]
  private var images: [Vector3]
  /// Lattice vectors between the atoms of a trusted file and whole anions.
  private var offsets: [Vector3]
  private var hasBegun = false
  private var moves = 0
  private var nearMoves = 0
  private var farthest = (share: 0.0, text: "")
  private var brokenBonds = 0

  /// A displacement above this fraction of a cell height is ambiguous: it may have gone the other way.
  private static let nearHalf = 0.4

  init(_ system: ImportedSystem) {
    self.system = system
    ranges = system.structure.moleculeRanges
    masses_amu = ranges.map { range in range.reduce(0) { $0 + system.masses_amu[$1] } }
    positions = system.structure.positions
    centres = [Vector3](repeating: .zero, count: ranges.count)
    lastCentres = centres
    images = centres
    offsets = [Vector3](repeating: .zero, count: positions.count)
  }

  /// Processes the next frame.
  /// - Throws: `TrajectoryProblem` where ions move so far between frames that their images can't be known.
  mutating func advance(_ frame: ImportedFrame) throws {
    let cell = basis.advance(frame.cell)
    let isTrusted = frame.isUnwrapped && hasBegun && !frame.beginsFile
    if isTrusted {
      for (atom, place) in system.order.enumerated() {
        positions[atom] = frame.positions[place] + cell.cartesian(offsets[atom])
      }
      findCentres()
      for ion in ranges.indices {
        let s = cell.fractional(centres[ion])
        images[ion] = s.rounded(.down)
        lastCentres[ion] = s - images[ion]
      }
    } else {
      assemble(frame)
      findCentres()
      for (ion, range) in ranges.enumerated() {
        let centre = cell.fractional(centres[ion])
        if hasBegun { try move(ion, to: centre, cell, frame) }
        lastCentres[ion] = centre
        let shift = cell.cartesian(images[ion])
        centres[ion] += shift
        for atom in range { positions[atom] += shift }
      }
      if frame.isUnwrapped {
        for (atom, place) in system.order.enumerated() {
          offsets[atom] = cell.fractional(positions[atom] - frame.positions[place]).rounded(.toNearestOrEven)
        }
      }
      try checkMoves(frame)
    }
    hasBegun = true
    countBrokenBonds()
  }

  /// Assembles every anion along its bonds.
  private mutating func assemble(_ frame: ImportedFrame) {
    let cell = frame.cell
    for atom in system.sequence {
      let place = frame.positions[system.order[atom]]
      let parent = system.parent[atom]
      guard parent != atom else {
        positions[atom] = place
        continue
      }
      let s = cell.fractional(place - positions[parent])
      positions[atom] = positions[parent] + cell.cartesian(s - s.rounded(.toNearestOrEven))
    }
  }

  private mutating func findCentres() {
    for (ion, range) in ranges.enumerated() {
      var sum = Vector3()
      for atom in range { sum += positions[atom] * system.masses_amu[atom] }
      centres[ion] = sum / masses_amu[ion]
    }
  }

  /// - Parameter centre: fractional.
  private mutating func move(_ ion: Int, to centre: Vector3, _ cell: Cell, _ frame: ImportedFrame) throws {
    let s = centre - lastCentres[ion]
    let whole = s.rounded(.toNearestOrEven)
    images[ion] -= whole
    moves += 1
    let rest = s - whole
    let share = max(abs(rest.x), abs(rest.y), abs(rest.z))
    guard share > Self.nearHalf else { return }
    nearMoves += 1
    if share > farthest.share {
      let distance = length(cell.cartesian(rest))
      farthest = (
        share,
        "\(system.kinds[ion].name) \(ion) by \(fourDigits(distance)) Å to frame \(frame.number) of \(frame.file)"
      )
    }
  }

  /// A few long displacements give a warning; many mean that frames are too far apart.
  private func checkMoves(_ frame: ImportedFrame) throws {
    guard nearMoves > 10, nearMoves > moves / 1000 else { return }
    throw TrajectoryProblem(
      file: frame.file,
      found: "\(nearMoves) of \(moves) moves between frames near half a cell: \(farthest.text)",
      wanted: "frames closer in time, images (ix iy iz) or unwrapped positions (xu yu zu); "
        + "--unwrapped where the positions are that already")
  }

  private mutating func countBrokenBonds() {
    for atom in positions.indices where system.parent[atom] != atom {
      let bond = length(positions[atom] - positions[system.parent[atom]])
      if bond > 1.5 * system.longestBond_A[atom], system.longestBond_A[atom] > 0 { brokenBonds += 1 }
    }
  }

  /// Warnings for the user.
  var warnings: [String] {
    var warnings: [String] = []
    if nearMoves > 0 {
      warnings.append(
        "\(nearMoves) of \(moves) moves between frames were near half a cell and may be wrong by one: "
          + "the longest was of \(farthest.text)")
    }
    if brokenBonds > 0 {
      warnings.append(
        "\(brokenBonds) times a bond of the first frame was half as long again as the longest of its kind: "
          + "ions that react or exchange atoms have no meaningful orientation")
    }
    return warnings
  }
}
