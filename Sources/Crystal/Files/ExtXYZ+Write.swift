import Foundation
import Support

extension Structure {
  /// The structure as extXYZ with `mol_id`; each number has as many digits as needed to read it back
  /// unchanged.
  ///
  /// - Parameter info: further entries of the comment line, written in the order of their keys.
  public func extXYZ(info: [String: String] = [:]) -> String {
    let lattice = cell.vectors.flatMap { ["\($0.x)", "\($0.y)", "\($0.z)"] }.joined(separator: " ")
    var header = "Lattice=\"\(lattice)\" Properties=species:S:1:pos:R:3:mol_id:I:1"
    for (key, value) in info.sorted(by: { $0.key < $1.key }) {
      // Not every reader accepts line breaks or quotes in a value, so they are replaced.
      let plain = oneLine(value).replacing("\"", with: "'")
      header += " \(key)=\"\(plain)\""
    }
    var lines = ["\(atomCount)", header + " pbc=\"T T T\""]
    lines.reserveCapacity(atomCount + 2)
    let symbols = isotopeSymbols
    for i in 0..<atomCount {
      let r = positions[i]
      lines.append("\(symbols[i]) \(r.x) \(r.y) \(r.z) \(moleculeOfAtom[i])")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes `extXYZ(info:)`, replacing an existing file only once the new one is complete.
  ///
  /// - Throws: `StructureError.file`.
  public func writeExtXYZ(to url: URL, info: [String: String] = [:]) throws {
    try StructureFile.replace(url.path, with: extXYZ(info: info))
  }
}
