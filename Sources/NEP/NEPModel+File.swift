import Crystal
import Foundation
import Model
import Support

extension NEPModel {
  /// Reads a model as GPUMD writes it (`nep.txt`).
  /// - Throws: `PotentialError`, which names file and line, for a file that can't be read, a version, keyword or
  ///   number that is not supported, and for too few or too many numbers.
  package static func load(path: String) throws -> NEPModel {
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 30) } catch {
      throw PotentialError("can't read the NEP model \(path): \(error.reason)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw PotentialError("\(path): no NEP model: it is not text")
    }
    return try NEPModel(text: text, source: path)
  }

  init(text: String, source: String) throws {
    var lines = NEPLines(text, source: source)
    let first = try lines.next("a line like 'nep4 2 Na Cl'")
    let kind = try Kind(first, lines)
    version = kind.version
    elements = try Self.elements(first, lines)
    var repulsion = kind.hasRepulsion ? try Self.repulsion(&lines, elements) : nil
    var (radial, angular, zblFactor) = try Self.cutoffs(&lines, elements)
    let counts = try lines.integers("n_max", [0...20, 0...20])
    let bases = try lines.integers("basis_size", [0...20, 0...20])
    (radial.count, angular.count) = (counts[0] + 1, counts[1] + 1)
    (radial.basisCount, angular.basisCount) = (bases[0] + 1, bases[1] + 1)
    let degrees = try Self.degrees(&lines)
    largestDegree = degrees.largest
    hasFourBodies = degrees.hasFourBodies
    hasFiveBodies = degrees.hasFiveBodies
    triples = degrees.triples
    let sizes = try lines.integers("ANN", [1...1000, 0...0])
    neuronCount = sizes[0]
    let dimension = radial.count + angular.count * degrees.kinds

    let (neurons, hasTypeBias) = (neuronCount, version == 5)
    networks = try (0..<(version == 3 ? 1 : elements.count)).map { _ in
      Network(
        w0: try lines.numbers(neurons * dimension, "weights"), b0: try lines.numbers(neurons, "biases"),
        w1: try lines.numbers(neurons, "weights"),
        bias_eV: hasTypeBias ? try lines.numbers(1, "biases of types")[0] : 0)
    }
    bias_eV = try lines.numbers(1, "bias")[0]
    let pairs = elements.count * elements.count
    radial.coefficients = try lines.numbers(pairs * radial.count * radial.basisCount, "radial coefficients")
    angular.coefficients = try lines.numbers(
      pairs * angular.count * angular.basisCount, "angular coefficients")
    scaling = try lines.numbers(dimension, "descriptor scalings")
    self.radial = radial
    self.angular = angular
    self.source = source

    if let incomplete = repulsion {
      repulsion = try Self.completed(incomplete, &lines, elements, zblFactor: zblFactor)
    }
    self.repulsion = repulsion
    try lines.expectEnd()
    try Self.checkReach(of: repulsion, within: radial, elements, source)
  }

  /// The repulsion with its parameters from elsewhere in the file: those of the flexible form at its end, the
  /// factor of the type-wise form in the `cutoff` line.
  private static func completed(
    _ repulsion: NEPRepulsion, _ lines: inout NEPLines, _ elements: [String], zblFactor: Double?
  ) throws -> NEPRepulsion {
    switch repulsion.form {
    case .flexible(let parameters) where parameters.isEmpty:
      let count = elements.count * (elements.count + 1) / 2
      let rows = try (0..<count).map { _ in try lines.numbers(10, "parameters of the flexible ZBL") }
      for row in rows where !(row[0] >= 0 && row[0] < row[1]) {
        throw lines.error(
          "found a flexible ZBL from \(row[0]) to \(row[1]) Å", wanted: "0 ≤ inner < outer radius")
      }
      return NEPRepulsion(form: .flexible(rows), elements: elements)
    case .universal(_, let outer):
      guard let zblFactor else { return repulsion }
      return NEPRepulsion(
        form: .typewise(outer_A: outer, factor: zblFactor, innerShare: 0.5), elements: elements)
    case .flexible, .typewise: return repulsion
    }
  }

  /// Pairs are found within the radial cut-off, so that no repulsion may reach beyond it.
  private static func checkReach(
    of repulsion: NEPRepulsion?, within radial: RadialFunctions, _ elements: [String], _ source: String
  ) throws {
    guard let repulsion else { return }
    let reach = radial.cutoffs_A.min() ?? 0
    let outer = elements.indices.flatMap { i in elements.indices.map { repulsion.pair(i, $0).outer_A } }
    let widest = outer.max() ?? 0
    guard widest <= reach else {
      throw PotentialError(
        "\(source): found ZBL up to \(widest) Å; wanted it within the radial cut-off, \(reach) Å")
    }
  }

  private struct Kind {
    var version: Int
    var hasRepulsion: Bool

    init(_ tokens: [String], _ lines: NEPLines) throws {
      switch tokens[0] {
      case "nep3": (version, hasRepulsion) = (3, false)
      case "nep3_zbl": (version, hasRepulsion) = (3, true)
      case "nep4": (version, hasRepulsion) = (4, false)
      case "nep4_zbl": (version, hasRepulsion) = (4, true)
      case "nep5": (version, hasRepulsion) = (5, false)
      case "nep5_zbl": (version, hasRepulsion) = (5, true)
      default:
        let wanted = "a potential of version nep3, nep4 or nep5, with or without _zbl"
        guard tokens[0].hasPrefix("nep") else {
          throw lines.error("found '\(tokens[0].prefix(40))', which is no NEP model", wanted: wanted)
        }
        let kind = Self.otherKinds.first { tokens[0].contains("_\($0.word)") }
        let what = kind.map { ": it is \($0.meaning)" } ?? ""
        throw lines.error("found '\(tokens[0])', which is not supported\(what)", wanted: wanted)
      }
    }

    /// What GPUMD's other first words say.
    private static let otherKinds = [
      (word: "dipole", meaning: "a model of dipoles, not of energies"),
      (word: "polarizability", meaning: "a model of polarizabilities, not of energies"),
      (word: "charge", meaning: "a model with charges of its own (qNEP)"),
      (word: "zbl_charge", meaning: "a model with charges of its own (qNEP)"),
      (word: "vdw", meaning: "a model with van der Waals parameters of its own"),
      (word: "spin", meaning: "a model of magnetic moments"),
      (word: "temperature", meaning: "a model that depends on the electrons' temperature"),
    ]
  }

  private static func elements(_ tokens: [String], _ lines: NEPLines) throws -> [String] {
    guard tokens.count > 1, let count = Int(tokens[1]), (1...1000).contains(count), tokens.count == 2 + count
    else {
      throw lines.error(
        "found \(max(0, tokens.count - 2)) elements after '\(tokens.prefix(2).joined(separator: " "))'",
        wanted: "the number of elements and as many symbols")
    }
    let elements = Array(tokens[2...])
    for element in elements where Element(symbol: element) == nil {
      throw lines.error("found '\(element)'", wanted: "the symbol of an element")
    }
    guard Set(elements).count == elements.count else {
      throw lines.error("found an element twice", wanted: "each once")
    }
    return elements
  }

  private static func repulsion(_ lines: inout NEPLines, _ elements: [String]) throws -> NEPRepulsion {
    let values = try lines.reals("zbl", counts: [2, 3])
    if values[0] == 0 && values[1] == 0 { return NEPRepulsion(form: .flexible([]), elements: elements) }
    guard values[0] >= 0, values[0] < values[1] else {
      throw lines.error("found ZBL from \(values[0]) to \(values[1]) Å", wanted: "0 ≤ inner < outer radius")
    }
    guard values.count == 2 || values[2] > 0 else {
      throw lines.error("found the ZBL factor \(values[2])", wanted: "one above 0")
    }
    let form: NEPRepulsion.Form =
      values.count == 3
      ? .typewise(outer_A: values[1], factor: values[2], innerShare: 0)
      : .universal(inner_A: values[0], outer_A: values[1])
    return NEPRepulsion(form: form, elements: elements)
  }

  /// `cutoff R A N N`: radial and angular cut-off, and numbers of neighbours that only matter on a GPU.
  /// `cutoff R1 A1 R2 A2 … N N`: cut-offs for each type. `cutoff R A N N FR FA FZ`: factors on covalent radii,
  /// where above 0, that GPUMD 3.9.5 wrote.
  private static func cutoffs(
    _ lines: inout NEPLines, _ elements: [String]
  ) throws -> (radial: RadialFunctions, angular: RadialFunctions, zblFactor: Double?) {
    let count = elements.count
    let values = try lines.reals("cutoff", counts: [2, 4, 7, 2 * count + 2])
    let isByType = values.count == 2 * count + 2 && values.count > 4
    let types = (0..<count).map { isByType ? 2 * $0 : 0 }
    for type in types where !(values[type + 1] > 0 && values[type + 1] <= values[type] && values[type] <= 100)
    {
      throw lines.error(
        "found the cut-offs \(values[type]) and \(values[type + 1]) Å", wanted: "0 < angular ≤ radial ≤ 100 Å"
      )
    }
    let factors = values.count == 7 ? values[4...].map { $0 > 0 ? $0 : nil } : [nil, nil, nil]
    if let radial = factors[0] {
      guard let angular = factors[1], angular <= radial else {
        throw lines.error(
          "found the cut-off factors \(radial) and \(values[5])", wanted: "0 < angular ≤ radial")
      }
    }
    return (
      RadialFunctions(
        count: 0, basisCount: 0, cutoffs_A: types.map { values[$0] }, cutoffFactor: factors[0]),
      RadialFunctions(
        count: 0, basisCount: 0, cutoffs_A: types.map { values[$0 + 1] },
        cutoffFactor: factors[0] == nil ? nil : factors[1]),
      factors[2]
    )
  }

  /// The kinds of angular descriptors.
  private struct Degrees {
    var largest = 0
    var hasFourBodies = false
    var hasFiveBodies = false
    var triples: [NEPTriple] = []

    /// Descriptors for each angular function.
    var kinds: Int { largest + (hasFourBodies ? 1 : 0) + (hasFiveBodies ? 1 : 0) + triples.count }
  }

  /// `l_max L F 1 …`: the largest degree of three bodies; 2, or 1 as newer programs have it, for four bodies of degrees
  /// 2 2 2; 1 for five bodies 1 1 1 1; then flags of four bodies of degrees 1 1 2, 1 2 3, 2 3 3 and 1 3 4.
  private static func degrees(_ lines: inout NEPLines) throws -> Degrees {
    let values = try lines.reals("l_max", counts: [1, 2, 3, 4, 5, 6, 7])
    for (index, value) in values.enumerated() {
      let known = index == 0 ? 0...8 : index == 1 ? 0...2 : 0...1
      guard value.rounded() == value, (-1...9).contains(value), known.contains(Int(value)) else {
        throw lines.error(
          "found l_max with \(value)",
          wanted: "0 to 8, then 2 or 0 for four bodies, 1 or 0 for five, and flags 1 or 0")
      }
    }
    var degrees = Degrees(largest: Int(values[0]))
    degrees.hasFourBodies = values.count > 1 && values[1] != 0
    degrees.hasFiveBodies = values.count > 2 && values[2] != 0
    degrees.triples = zip(NEPTriple.allCases, values.dropFirst(3)).filter { $1 != 0 }.map(\.0)
    let needed = max(
      degrees.hasFourBodies ? 2 : 0, degrees.hasFiveBodies ? 1 : 0,
      degrees.triples.map(\.largestDegree).max() ?? 0)
    guard degrees.largest >= needed else {
      throw lines.error(
        "found l_max \(degrees.largest) with more bodies",
        wanted: "\(needed) or more, the largest degree of these")
    }
    return degrees
  }
}
