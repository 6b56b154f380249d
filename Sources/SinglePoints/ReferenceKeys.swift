import Mathematics
import Support
import TrajectoryImport

/// Where a file has its reference values: the names of arrays and of entries of the comment line. Several are added.
package struct ReferenceKeys: Sendable, Equatable {
  /// One quantity's.
  package enum Choice: Sendable, Equatable {
    /// The usual key, where a frame has it.
    case usual
    case none
    /// Each frame has to have all of these.
    case sum([String])

    /// - Parameter text: `A+B` or `A,B`; `none`; nil for the usual key.
    init(_ text: String?, option: String) throws {
      guard let text else {
        self = .usual
        return
      }
      let names = text.split(omittingEmptySubsequences: false) { $0 == "+" || $0 == "," }.map(String.init)
      guard !names.contains("") else {
        throw InputError(key: option, found: "'\(text)'", wanted: "a key, keys joined by +, or none")
      }
      self = names == ["none"] ? .none : .sum(names)
    }

    var text: String? {
      if case .sum(let names) = self { names.joined(separator: " + ") } else { nil }
    }
  }

  package var energy: Choice
  package var forces: Choice
  package var stress: Choice
  /// −V times the stress, as GPUMD has it.
  package var virial: Choice

  /// - Throws: ``InputError`` for an empty name.
  package init(
    energy: String? = nil, forces: String? = nil, stress: String? = nil, virial: String? = nil
  ) throws {
    self.energy = try Choice(energy, option: "--energy-key")
    self.forces = try Choice(forces, option: "--forces-key")
    self.stress = try Choice(stress, option: "--stress-key")
    self.virial = try Choice(virial, option: "--virial-key")
    if virial != nil, virial != "none" {
      guard stress == nil || stress == "none" else {
        throw InputError(key: "--virial-key", found: "--stress-key beside it", wanted: "one of both")
      }
      self.stress = .none
    } else if stress != nil {
      self.virial = .none
    }
  }

  private static let usualForces = ["forces", "force"]

  /// The arrays of a file that are needed.
  package var arrays: Set<String> {
    switch forces {
    case .usual: Set(Self.usualForces)
    case .none: []
    case .sum(let names): Set(names)
    }
  }

  /// - Throws: `TrajectoryProblem` for a named key that the frame lacks, and for what is no number.
  package func values(of frame: LabelledFrame) throws -> ReferenceValues {
    ReferenceValues(
      energy_eV: try energy(of: frame), forces_eV_A: try forces(of: frame),
      stress_eV_A3: try stress(of: frame))
  }

  private func energy(of frame: LabelledFrame) throws -> Double? {
    try sum(energy, usual: "energy", of: frame, counts: [1])?[0]
  }

  private func forces(of frame: LabelledFrame) throws -> [Vector3]? {
    switch forces {
    case .usual:
      let found = Self.usualForces.compactMap { frame.vectors[$0] }
      guard let first = found.first, found.allSatisfy({ $0 == first }) else {
        guard found.isEmpty else {
          throw frame.problem(
            "the arrays \(Self.usualForces.joined(separator: " and ")) with different numbers",
            wanted: "one of them, as --forces-key names it")
        }
        return nil
      }
      return first
    case .none: return nil
    case .sum(let names):
      var total = [Vector3](repeating: Vector3(), count: frame.positions.count)
      for name in names {
        guard let values = frame.vectors[name] else {
          throw frame.problem("no array \(name) in Properties", wanted: "\(name):R:3")
        }
        for (index, value) in values.enumerated() { total[index] += value }
      }
      return total
    }
  }

  private func stress(of frame: LabelledFrame) throws -> Tensor3? {
    let told = try sum(stress, usual: "stress", of: frame, counts: [6, 9])
    let ofVirial = try sum(virial, usual: "virial", of: frame, counts: [9])?.map { -$0 / frame.cell.volume }
    if let told, let ofVirial { try check(told, ofVirial, frame) }
    guard let stress = told ?? ofVirial else { return nil }
    return Tensor3(stress[...])
  }

  /// How far stress and virial of a frame may be apart: their digits, as files have them.
  private static let agreement = 1e-3

  private func check(_ stress: [Double], _ ofVirial: [Double], _ frame: LabelledFrame) throws {
    let scale = stress.reduce(1e-5) { max($0, abs($1)) }
    guard let index = stress.indices.first(where: { abs(stress[$0] - ofVirial[$0]) > Self.agreement * scale })
    else { return }
    throw frame.problem(
      "stress=… with \(stress[index]) eV/Å³ and virial=… with \(ofVirial[index]) eV/Å³ (over −V), component "
        + "\(index + 1) of 9", wanted: "one of both, as --stress-key or --virial-key names it")
  }

  /// The sum of entries of the comment line; six numbers are xx, yy, zz, yz, xz, xy, as ASE has them.
  private func sum(
    _ choice: Choice, usual: String, of frame: LabelledFrame, counts: [Int]
  ) throws -> [Double]? {
    switch choice {
    case .usual: return try frame.numbers(usual, counts: counts).map(Self.nine)
    case .none: return nil
    case .sum(let names):
      var total: [Double] = []
      for name in names {
        guard let values = try frame.numbers(name, counts: counts).map(Self.nine) else {
          throw frame.problem("no \(name)= in the comment line", wanted: "the key \(name)")
        }
        total = total.isEmpty ? values : zip(total, values).map { $0 + $1 }
      }
      return total
    }
  }

  private static func nine(_ numbers: [Double]) -> [Double] {
    numbers.count == 6 ? [0, 5, 4, 5, 1, 3, 4, 3, 2].map { numbers[$0] } : numbers
  }
}

/// What a frame has as reference.
package struct ReferenceValues: Sendable {
  package var energy_eV: Double?
  package var forces_eV_A: [Vector3]?
  /// Tension positive.
  package var stress_eV_A3: Tensor3?

  package var isEmpty: Bool { energy_eV == nil && forces_eV_A == nil && stress_eV_A3 == nil }
}
