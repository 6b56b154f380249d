/// The output of `paddlewheel-rank-check`: the state of all ranks after its last command, by atom id.
public struct RankCheckResult: Codable, Equatable, Sendable {
  public var ranks = 0
  /// Bricks along the lattice vectors.
  public var grid: [Int] = []
  /// Ids of the atoms that each rank owns.
  public var owned: [[Int]] = []
  /// `[atom][3]`, Å, unwrapped.
  public var positions: [Double] = []
  /// `[atom][3]`, Å/ps.
  public var velocities: [Double] = []
  /// `[atom][3]`, eV/Å.
  public var forces: [Double] = []
  /// eV.
  public var bonded = 0.0
  public var shortRange = 0.0
  public var manyBodies = 0.0
  public var coulomb = 0.0
  public var kinetic = 0.0
  public var conserved = 0.0
  /// −∂E/∂strain, eV, by rows.
  public var virial: [Double] = []
  /// GPa, by rows.
  public var pressure: [Double] = []
  public var volume_A3 = 0.0
  /// Steps of the last simulation whose lists were too old and that were repeated with new ones.
  public var dangerousBuilds = 0
  public var largestForce_eV_A: Double?
  /// Parts of the mesh along a and b.
  public var meshLayout: [Int] = []
  /// Points of the mesh along a, b and c.
  public var meshPoints: [Int] = []
  /// Messages and bytes that each rank sends for the mesh in a step.
  public var meshMessages: [Int] = []
  public var meshBytes: [Int] = []
  /// Of all `run` commands with an interval.
  public var series = Series()

  public struct Series: Codable, Equatable, Sendable {
    public var time_ps: [Double] = []
    public var potential_eV: [Double] = []
    public var kinetic_eV: [Double] = []
    public var conserved_eV: [Double] = []
    public var temperature_K: [Double] = []
    public var volume_A3: [Double] = []
    /// `[sample][9]`, by rows.
    public var pressure_GPa: [[Double]] = []
    public var molecularPressure_GPa: [Double] = []
    /// `[sample]`: kinetic energies by kind of molecule, eV: of translation, rotation and vibration.
    public var shares_eV: [[String: [Double]]] = []

    public init() {}
  }

  public init() {}

  public var potential: Double { bonded + shortRange + coulomb + manyBodies }
  public var atomCount: Int { forces.count / 3 }
  /// √(Σ|F|²/N), eV/Å.
  public var rmsForce: Double { (forces.reduce(0) { $0 + $1 * $1 } / Double(atomCount)).squareRoot() }
}
