import Mathematics

/// Energy, forces and stress that an engine gives for a frame.
package struct FrameLabel: Equatable, Sendable {
  /// eV, of the cell: the one whose derivatives the forces are.
  package var energy_eV: Double
  /// eV/Å, in the order of the frame.
  package var forces_eV_A: [Vector3]
  /// ∂E/∂strain over the volume, eV/Å³: tension is positive, as ASE has it. Nil from an engine that computes none.
  package var stress_eV_A3: Tensor3?
  /// The program and its version, where its output says so.
  package var program: String?

  package init(
    energy_eV: Double, forces_eV_A: [Vector3], stress_eV_A3: Tensor3? = nil, program: String? = nil
  ) {
    self.energy_eV = energy_eV
    self.forces_eV_A = forces_eV_A
    self.stress_eV_A3 = stress_eV_A3
    self.program = program
  }

  /// What is no finite number; nil where all are.
  var notFinite: LabelRefusal.Quantity? {
    if !energy_eV.isFinite { return .energy }
    if let atom = forces_eV_A.firstIndex(where: { !($0 * $0).sum().isFinite }) { return .force(atom: atom) }
    if let stress_eV_A3, !stress_eV_A3.elements.allSatisfy(\.isFinite) { return .stress }
    return nil
  }
}

/// What an engine says of a frame.
package enum LabelOutcome: Equatable, Sendable {
  case label(FrameLabel)
  case refused(LabelRefusal)
}

extension FrameLabel: Codable {
  enum CodingKeys: String, CodingKey {
    case program
    case energy_eV = "energy_eV"
    case forces_eV_A = "forces_eV_per_A"
    case stress_eV_A3 = "stress_eV_per_A3"
  }

  /// Vectors and tensors are written as flat lists.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    energy_eV = try container.decode(Double.self, forKey: .energy_eV)
    let forces = try container.decode([Double].self, forKey: .forces_eV_A)
    let stress = try container.decodeIfPresent([Double].self, forKey: .stress_eV_A3)
    guard forces.count.isMultiple(of: 3), stress.map({ $0.count == 9 }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .forces_eV_A, in: container, debugDescription: "not three numbers an atom, or not nine")
    }
    forces_eV_A = stride(from: 0, to: forces.count, by: 3).map {
      Vector3(forces[$0], forces[$0 + 1], forces[$0 + 2])
    }
    stress_eV_A3 = stress.map { Tensor3($0[...]) }
    program = try container.decodeIfPresent(String.self, forKey: .program)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(energy_eV, forKey: .energy_eV)
    try container.encode(forces_eV_A.flatMap { [$0.x, $0.y, $0.z] }, forKey: .forces_eV_A)
    try container.encodeIfPresent(stress_eV_A3?.elements, forKey: .stress_eV_A3)
    try container.encodeIfPresent(program, forKey: .program)
  }
}

extension LabelOutcome: Codable {
  enum CodingKeys: String, CodingKey { case label, refused }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let label = try container.decodeIfPresent(FrameLabel.self, forKey: .label) {
      self = .label(label)
    } else {
      self = .refused(try container.decode(LabelRefusal.self, forKey: .refused))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .label(let label): try container.encode(label, forKey: .label)
    case .refused(let refusal): try container.encode(refusal, forKey: .refused)
    }
  }
}
