import Mathematics

/// A NEP model of random numbers: smooth, of no substance, and the project's own.
public struct SmallNEP: Sendable {
  public var version = 4
  public var elements: [String]
  /// What stands behind `zbl`; nil for none.
  public var zbl: String?
  /// What stands behind `cutoff`.
  public var cutoff = "5 4 100 60"
  public var counts = (radial: 3, angular: 2)
  public var bases = (radial: 5, angular: 4)
  public var degrees = "4 2 1"
  public var neurons = 7
  /// Of the output weights, eV.
  public var depth_eV = 0.5
  public var seed: UInt64 = 1

  public init(_ elements: [String]) { self.elements = elements }

  private var angularKinds: Int {
    let d = degrees.split(separator: " ").compactMap { Int($0) }
    return d[0] + d.dropFirst().filter { $0 != 0 }.count
  }

  private var dimension: Int { counts.radial + 1 + (counts.angular + 1) * angularKinds }

  /// Rows and columns of an active set's inverse.
  public var projectionSize: Int { neurons * (dimension + 2) }

  /// A file of an active set: inverses of random numbers, of no substance, row by row.
  /// - Parameters:
  ///   - scale: the grades are proportional to it.
  ///   - isByColumns: writes the same inverses column by column.
  public func activeSet(scale: Double, seed: UInt64 = 1, isByColumns: Bool = false) -> String {
    var generator = SplitMix64(seed: seed)
    let size = projectionSize
    return elements.map { element in
      let numbers = (0..<(size * size)).map { _ in
        (Double((generator.next() as UInt64) >> 11) / 4_503_599_627_370_496 - 1) * scale
      }
      let written = isByColumns ? (0..<(size * size)).map { numbers[$0 % size * size + $0 / size] } : numbers
      return "\(element) \(size) \(size)\n" + written.map { "\($0)\n" }.joined()
    }.joined()
  }

  /// The file.
  public var text: String {
    var generator = SplitMix64(seed: seed)
    func random(_ size: Double) -> Double {
      (Double((generator.next() as UInt64) >> 11) / 4_503_599_627_370_496 - 1) * size
    }
    let kind = "nep\(version)" + (zbl == nil ? "" : "_zbl")
    var lines = ["\(kind) \(elements.count) \(elements.joined(separator: " "))"]
    if let zbl { lines.append("zbl \(zbl)") }
    lines += [
      "cutoff \(cutoff)", "n_max \(counts.radial) \(counts.angular)",
      "basis_size \(bases.radial) \(bases.angular)", "l_max \(degrees)", "ANN \(neurons) 0",
    ]
    func add(_ count: Int, _ size: Double) { for _ in 0..<count { lines.append("\(random(size))") } }
    for _ in 0..<(version == 3 ? 1 : elements.count) {
      add(neurons * dimension, 0.5)
      add(neurons, 1)
      add(neurons, depth_eV)
      if version == 5 { add(1, 1) }
    }
    add(1, 1)
    let pairs = elements.count * elements.count
    add(pairs * (counts.radial + 1) * (bases.radial + 1), 0.5)
    add(pairs * (counts.angular + 1) * (bases.angular + 1), 0.5)
    for _ in 0..<dimension { lines.append("\(0.3 + 0.1 * abs(random(1)))") }
    if zbl?.hasPrefix("0 0") == true {
      for _ in 0..<(elements.count * (elements.count + 1) / 2) {
        lines += ["0.8", "1.7", "0.2", "3.1", "0.5", "0.9", "0.3", "0.4", "0.03", "0.2"]
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
