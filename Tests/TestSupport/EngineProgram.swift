import Foundation

/// A program that prints what VASP, CP2K and pw.x print, for atoms on springs to their common centre; its file says how it is
/// called, and what faults it has.
public enum EngineProgram: String, Sendable, CaseIterable {
  case vasp, cp2k, pw

  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("LabellingTests/Engines/springs_program.py").path

  /// A line of a shell that runs it in the folder of a frame; nil without Python.
  public var command: String? { Python.path.map { "'\($0)' '\(Self.path)' \(rawValue)" } }

  /// The files of a template, by their names.
  public var template: [String: String] {
    switch self {
    case .vasp:
      [
        "INCAR": "ENCUT = 500\n", "KPOINTS": "k\n0\nGamma\n1 1 1\n", "POSCAR": "of an earlier run\n",
        "POTCAR": ["Na", "Li", "F"].map {
          "  PAW_PBE \($0)\n   VRHFIN =\($0): s1p0\n   TITEL  = PAW_PBE \($0)\n End of Dataset\n"
        }.joined(),
      ]
    case .cp2k: ["cp2k.inp": Self.cp2kInput]
    case .pw: ["pw.in": Self.pwInput, "Li.gth": "a pseudopotential\n"]
    }
  }

  private static let cp2kInput = """
    &FORCE_EVAL
      &PRINT
        &FORCES ON
        &END FORCES
      &END PRINT
      &SUBSYS
        &CELL
    {cell}
        &END CELL
        &COORD
    {coordinates}
        &END COORD
      &END SUBSYS
    &END FORCE_EVAL

    """

  private static let pwInput = """
    &control
      tprnfor = .true., tstress = .true., outdir = './'
    /
    &system
      nat = {atoms}
    /
    ATOMIC_SPECIES
    Li1 6.94 Li.gth
    {cell}
    {coordinates}

    """
}
