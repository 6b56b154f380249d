import Mathematics
import Support

extension DensityGrid {
  /// The grid as a Gaussian cube file, in bohr, as the format requires: densities in 1/bohr³.
  /// - Parameter atoms: atomic number and position, Å, of atoms to show with it.
  public func cube(comment: String, atoms: [(number: Int, position: Vector3)] = []) -> String {
    let bohr = 0.529177210903
    func fixed(_ x: Double) -> String { padded(decimals(x, 6), 12) }
    var lines = [
      "\(oneLine(comment)); number density of \(oneLine(species)), 1/bohr^3",
      // Readers take the order of the loops from this line.
      "OUTER LOOP: X, MIDDLE LOOP: Y, INNER LOOP: Z",
      padded("\(atoms.count)", 5) + fixed(0) + fixed(0) + fixed(0),
    ]
    for (n, vector) in zip(points, unitCell.vectors) {
      let step = vector / Double(n) / bohr
      lines.append(padded("\(n)", 5) + fixed(step.x) + fixed(step.y) + fixed(step.z))
    }
    for atom in atoms {
      let r = atom.position / bohr
      lines.append(
        padded("\(atom.number)", 5) + fixed(Double(atom.number)) + fixed(r.x) + fixed(r.y) + fixed(r.z))
    }
    var text = lines.joined(separator: "\n") + "\n"
    let scale = bohr * bohr * bohr
    for row in 0..<(points[0] * points[1]) {
      let first = row * points[2]
      for z in stride(from: 0, to: points[2], by: 6) {
        let group = values[(first + z)..<(first + min(z + 6, points[2]))]
        text += group.map { padded(scientific(Double($0) * scale), 13) }.joined() + "\n"
      }
    }
    return text
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func decimals(_ x: Double, _ digits: Int) -> String {
    let scaled = (abs(x) * 1e6).rounded()
    let whole = Int(scaled / 1e6)
    let part = Int(scaled - Double(whole) * 1e6)
    let text = String(part)
    let sign = x < 0 && scaled > 0 ? "-" : ""
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - text.count))\(text)"
  }

  /// As C's %.5E.
  private func scientific(_ x: Double) -> String {
    guard x > 0, x.isFinite else { return "0.00000E+00" }
    var exponent = 0
    var mantissa = x
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = Int((mantissa * 1e5).rounded())
    if digits >= 1_000_000 { (digits, exponent) = (digits / 10, exponent + 1) }
    let text = String(digits)
    let power = String(abs(exponent))
    return
      "\(text.prefix(1)).\(text.dropFirst())E\(exponent < 0 ? "-" : "+")\(power.count < 2 ? "0" : "")\(power)"
  }
}
