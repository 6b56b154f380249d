import Crystal
import Forces
import Foundation
import MPI
import Mathematics
import Support
import TrajectoryImport
import Units

/// Energies, forces and stresses of the frames of a file by a potential, and their errors where the file has reference
/// values.
package struct FrameEnergies: Encodable, Sendable {
  package struct Request: Sendable {
    /// extXYZ.
    package var path: String
    package var potential: LoadedPotential
    package var keys: ReferenceKeys
    /// What the user says of the ions.
    package var rules: IonRules
    /// extXYZ with the results; nil for none.
    package var output: String?
    /// Grades atoms by their distance from the model's training set; nil for none.
    package var grader: ExtrapolationGrader?

    package init(
      path: String, potential: LoadedPotential, keys: ReferenceKeys, rules: IonRules = IonRules(),
      output: String? = nil, grader: ExtrapolationGrader? = nil
    ) {
      self.path = path
      self.potential = potential
      self.keys = keys
      self.rules = rules
      self.output = output
      self.grader = grader
    }
  }

  /// One frame's results.
  package struct Frame: Encodable, Sendable {
    /// From 1, and the line of the file on which it begins.
    package var frame: Int
    package var line: Int
    package var system: String?
    package var atoms: Int
    package var energy_eV: Double
    package var largestForce_eV_A: Double
    package var pressure_GPa: Double
    /// The largest extrapolation grade γ of an atom, and how many atoms have one above 1; nil without an active set.
    package var largestGrade: Double?
    package var atomsOutside: Int?

    enum CodingKeys: String, CodingKey {
      case frame, line, system, atoms
      case energy_eV = "energy_eV"
      case largestForce_eV_A = "largest_force_eV_per_A"
      case pressure_GPa = "pressure_GPa"
      case largestGrade = "largest_grade"
      case atomsOutside = "atoms_outside"
    }
  }

  /// The errors of the frames of one system, or of all.
  package struct Errors: Encodable, Sendable {
    /// Nil for all.
    package var system: String?
    package var frames: Int
    package var rows: [ErrorRow]

    /// The errors of a quantity.
    package subscript(_ quantity: ErrorGroup.Quantity, _ members: ErrorGroup.Members = .all) -> PairedErrors?
    {
      rows.first { $0.group == ErrorGroup(quantity, members) }?.errors
    }
  }

  /// The errors of one quantity.
  package struct ErrorRow: Encodable, Sendable {
    package var group: ErrorGroup
    package var errors: PairedErrors

    enum CodingKeys: String, CodingKey { case quantity, members, unit }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(group.quantity, forKey: .quantity)
      try container.encode(group.members.text, forKey: .members)
      try container.encode(group.quantity.unit.name, forKey: .unit)
      try errors.encode(to: encoder)
    }
  }

  package var frames: [Frame] = []
  /// By `system` or `config_type` of the frames, in their order; empty without a reference.
  package var systems: [Errors] = []
  /// Of all frames with a reference; nil without one.
  package var all: Errors?
  /// Frames in which no ions were found.
  package var framesWithoutIons = 0

  /// Whether no atom of any frame lies within what the training set spans: the active set is rather another model's, or
  /// read in the wrong order.
  package var isWhollyOutside: Bool {
    !frames.isEmpty && frames.allSatisfy { $0.atomsOutside == $0.atoms }
  }

  enum CodingKeys: String, CodingKey {
    case frames, systems, all
    case framesWithoutIons = "frames_without_ions"
  }

  /// - Throws: ``InputError`` with file, line and frame; ``FileError`` for the output, which is then as it was.
  package init(_ request: Request) throws {
    self = try MPISession.run { try Self(request, on: $0) }
  }

  /// - Parameter communicator: of one rank.
  /// - Throws: as above.
  package init(_ request: Request, on communicator: Communicator) throws {
    do {
      try self.init(evaluating: request, communicator)
    } catch let problem as TrajectoryProblem {
      throw InputError(
        place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
        wanted: problem.wanted)
    }
  }

  private init(evaluating request: Request, _ communicator: Communicator) throws {
    guard communicator.size == 1 else {
      throw InputError("energies are computed by one process: start it without mpirun")
    }
    let reader = try LabelledFrameReader(request.path, arrays: request.keys.arrays)
    let evaluator = SinglePointEvaluator(potential: request.potential, communicator: communicator)
    var sums = SystemSums()
    if let output = request.output {
      try OutputFile.write(to: output) { write in
        try evaluate(reader, evaluator, request, &sums) { try write(Data($0.utf8)) }
      }
    } else {
      try evaluate(reader, evaluator, request, &sums) { _ in }
    }
    guard !frames.isEmpty else {
      throw TrajectoryProblem(file: request.path, found: "no frame", wanted: "extXYZ")
    }
    systems = sums.systems
    all = sums.all
  }

  private mutating func evaluate(
    _ reader: LabelledFrameReader, _ evaluator: SinglePointEvaluator, _ request: Request,
    _ sums: inout SystemSums, write: (String) throws -> Void
  ) throws {
    while let frame = try reader.next() {
      let reference = try request.keys.values(of: frame)
      let ions = Result { try FrameIons(frame, request.rules) }
      let found = try evaluator.evaluate(frame, ions)
      if !reference.isEmpty {
        // A potential without ions has its forces all the same.
        let known = ions.success
        if known == nil { framesWithoutIons += 1 }
        sums.add(found, reference, of: frame, known)
      }
      let grades = try request.grader?.grades(frame, evaluator.communicator)
      try write(frame.extXYZ(found, reference, grades: grades))
      frames.append(Frame(frame, found, grades))
    }
  }
}

extension FrameEnergies.Frame {
  fileprivate init(_ frame: LabelledFrame, _ found: SinglePoint, _ grades: [Double]?) {
    self.init(
      frame: frame.number, line: frame.line, system: frame.system, atoms: frame.symbols.count,
      energy_eV: found.energy_eV,
      largestForce_eV_A: found.forces_eV_A.map { length($0) }.max() ?? 0,
      pressure_GPa: -found.stress_eV_A3.trace / 3 * Constants.gigapascal,
      largestGrade: grades?.max(), atomsOutside: grades?.count { $0 > 1 })
  }
}

extension LabelledFrame {
  /// What the comment line calls the frame's system.
  package var system: String? { info["system"] ?? info["config_type"] }
}

extension Result {
  fileprivate var success: Success? {
    if case .success(let value) = self { value } else { nil }
  }
}

/// The errors by system, in the order in which the systems come.
private struct SystemSums {
  private var order: [String] = []
  private var sums: [String: ErrorSums] = [:]

  mutating func add(
    _ found: SinglePoint, _ reference: ReferenceValues, of frame: LabelledFrame, _ ions: FrameIons?
  ) {
    let system = frame.system ?? ""
    if sums[system] == nil { order.append(system) }
    sums[system, default: ErrorSums()].add(found, reference, of: frame, ions)
  }

  var systems: [FrameEnergies.Errors] {
    order.compactMap { name in sums[name].map { FrameEnergies.Errors(name, $0) } }
  }

  var all: FrameEnergies.Errors? {
    guard !order.isEmpty else { return nil }
    var total = ErrorSums()
    for name in order { if let one = sums[name] { total.add(one) } }
    return FrameEnergies.Errors(nil, total)
  }
}

extension FrameEnergies.Errors {
  fileprivate init(_ system: String?, _ sums: ErrorSums) {
    self.init(
      system: system, frames: sums.frames,
      rows: sums.errors.map { FrameEnergies.ErrorRow(group: $0, errors: $1) })
  }
}
