import Foundation
import SyntheticMotions

/// Writes sets for other programs: for each a header `ROW-SET.json` and beside it `ROW-SET.f32`, the positions as
/// little-endian 32-bit floats, Å, [temperature][replica][frame][ion][3].
struct SetExport {
  /// The contents of the header.
  struct Header: Codable {
    var row: String
    var set: Int
    var temperatures_K: [Double]
    /// [replica, frame, ion, 3], the same at all temperatures.
    var shape: [Int]
    var frame_interval_ps: Double
    /// At each temperature, Å²/ps.
    var diffusivity_A2_per_ps: [Double]
    /// nil for one temperature.
    var activation_energy_eV: Double?
    /// At 300 K, Å²/ps; nil for one temperature.
    var room_diffusivity_A2_per_ps: Double?
    /// The same on the straight line through the true ln D; nil for one temperature.
    var line_room_diffusivity_A2_per_ps: Double?
  }

  let folder: URL

  /// Nothing for a row without trajectories.
  /// - Throws: where a file can't be written, or the runs of the temperatures differ in shape.
  func write(_ row: Row, set: Int) throws {
    guard let data = try row.data(set: set) else { return }
    let grid = data.runs[0].grid
    let replicas = data.runs[0].replicas
    guard data.runs.allSatisfy({ $0.grid == grid && $0.replicas == replicas }) else {
      throw FileProblem(description: "\(row.id): the temperatures differ in their runs")
    }
    let header = Header(
      row: row.id, set: set, temperatures_K: data.temperatures_K,
      shape: [replicas, grid.frameCount, grid.ionCount, 3],
      frame_interval_ps: grid.frameInterval_ps, diffusivity_A2_per_ps: data.runs.map(\.diffusivity),
      activation_energy_eV: data.sweep?.activationEnergy_eV,
      room_diffusivity_A2_per_ps: data.sweep?.roomDiffusivity,
      line_room_diffusivity_A2_per_ps: data.sweep?.lineRoomDiffusivity)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var positions = Data()
    for path in data.runs.flatMap(\.paths) {
      path.map { $0.bitPattern.littleEndian }.withUnsafeBytes { positions.append(contentsOf: $0) }
    }
    // The header comes last: where it is, the positions are whole.
    try positions.write(to: folder.appending(path: "\(row.id)-\(set).f32"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(header).write(to: folder.appending(path: "\(row.id)-\(set).json"))
  }
}
