import Crystal
import Forces
import MPI
import Mathematics
import Model
import NEP
import SinglePoints
import Support
import TrajectoryImport

/// Where the frames of a training are, and what of them is used.
package struct TrainingFiles: Sendable {
  package var training: [String]
  package var validation: [String]
  package var keys: ReferenceKeys
  package var rules: IonRules
  /// Whether energies that lie far from all others are an error.
  package var checksEnergies = true

  package init(training: [String], validation: [String], keys: ReferenceKeys, rules: IonRules = IonRules()) {
    self.training = training
    self.validation = validation
    self.keys = keys
    self.rules = rules
  }
}

/// The frames of a training, with labels, as the files have them.
package struct LabelledFrames: Sendable {
  package struct Entry: Sendable {
    package let frame: LabelledFrame
    package let reference: ReferenceValues
    let weight: Double
    let energyWeight: Double

    package var origin: TrainingFrame.Origin {
      TrainingFrame.Origin(
        file: frame.file, frame: frame.number, line: frame.line, system: frame.system,
        source: frame.info["source"])
    }
  }

  package let training: [Entry]
  package let validation: [Entry]

  /// - Throws: ``InputError`` or `TrajectoryProblem` with file, line and frame: labels that are no numbers, frames without
  ///   labels, the same configuration twice, a file without a frame.
  package init(_ files: TrainingFiles) throws {
    var places: [[Double]: LabelledFrame] = [:]
    func read(_ paths: [String]) throws -> [Entry] {
      var entries: [Entry] = []
      for path in paths {
        let reader = try LabelledFrameReader(path, arrays: files.keys.arrays)
        let before = entries.count
        while let frame = try reader.next() {
          if let other = places.updateValue(frame, forKey: frame.fingerprint) {
            throw frame.refusal("the same configuration as frame \(other.number) of \(other.file)")
          }
          entries.append(try Entry(frame, files.keys))
        }
        guard entries.count > before else {
          throw InputError(
            place: SourcePlace(file: path), found: "no frame", wanted: "extXYZ with energies or forces")
        }
      }
      return entries
    }
    training = try read(files.training)
    validation = try read(files.validation)
    guard !training.isEmpty else {
      throw InputError(key: "data.training", found: "no frame", wanted: "extXYZ with energies or forces")
    }
  }

  /// Whether energies of elements can be told from one another: a single composition has a common bias only.
  var haveSeveralCompositions: Bool {
    Set(training.map { $0.frame.fractions }).count > 1
  }

  /// - Throws: ``InputError`` with file and frame for an element that is not among some.
  func checkElements(_ known: [String]) throws {
    for entry in training + validation {
      guard let symbol = entry.frame.symbols.first(where: { !known.contains($0) }) else { continue }
      throw entry.frame.refusal("found \(symbol); the model has \(known.joined(separator: ", "))")
    }
  }

  /// - Throws: ``InputError`` for symbols of no or the same element, and for an element of which no training frame has an atom: the
  /// model's parameters for it would stay random.
  func checkTrained(_ elements: [String]) throws {
    func problem(_ found: String, _ wanted: String) -> InputError {
      InputError(key: "elements", found: found, wanted: wanted)
    }
    var known: Set<String> = []
    for symbol in elements {
      guard Element(symbol: symbol) != nil else { throw problem("'\(symbol)'", "symbols of elements") }
      guard known.insert(symbol).inserted else { throw problem("\(symbol) twice", "each element once") }
    }
    let trained = Set(training.flatMap(\.frame.symbols))
    if let missing = elements.first(where: { !trained.contains($0) }) {
      throw problem("\(missing), of which no training frame has an atom", "elements of the training frames")
    }
  }

  /// Symbols of all elements, in the order in which they come.
  package var elements: [String] {
    var found: [String] = []
    for entry in training + validation {
      for symbol in entry.frame.symbols where !found.contains(symbol) { found.append(symbol) }
    }
    return found
  }
}

extension LabelledFrames.Entry {
  init(_ frame: LabelledFrame, _ keys: ReferenceKeys) throws {
    self.frame = frame
    reference = try keys.values(of: frame)
    guard !reference.isEmpty else {
      throw frame.refusal("no label; wanted energy, forces, stress or virial")
    }
    if let forces = reference.forces_eV_A, forces.count != frame.symbols.count {
      throw frame.refusal("\(forces.count) forces for \(frame.symbols.count) atoms")
    }
    func factor(_ key: String) throws -> Double {
      guard let value = try frame.numbers(key, counts: [1])?.first else { return 1 }
      guard value >= 0, value.isFinite else { throw frame.problem("\(key)=\(value)", wanted: "0 or more") }
      return value
    }
    weight = try factor("weight")
    energyWeight = try factor("energy_weight")
  }
}

extension LabelledFrame {
  /// Of the atoms, by element.
  fileprivate var fractions: [String: Double] {
    var fractions: [String: Double] = [:]
    for symbol in symbols { fractions[symbol, default: 0] += 1 / Double(symbols.count) }
    return fractions.mapValues { ($0 * 1e9).rounded() }
  }

  /// Equal for the same atoms at the same places.
  fileprivate var fingerprint: [Double] {
    let symbols = symbols.map { Double(Element(symbol: $0)?.atomicNumber ?? 0) }
    return symbols + cell.vectors.flatMap { [$0.x, $0.y, $0.z] } + positions.flatMap { [$0.x, $0.y, $0.z] }
  }
}

extension LabelledFrames {
  /// The frames for a model: neighbours, and the labels without the base and the repulsion. Each rank evaluates the base for a
  /// share of them.
  /// - Parameter needsIons: whether the loss has forces or torques on ions.
  /// - Throws: ``InputError`` with file, line and frame, also where ions are needed and not found.
  package func prepared(
    for template: NEPModel, base: LoadedPotential?, rules: IonRules, needsIons: Bool,
    communicator: Communicator
  ) throws -> (training: [TrainingFrame], validation: [TrainingFrame]) {
    let entries = training + validation
    var numbers = [Double](repeating: 0, count: entries.reduce(0) { $0 + FixedPart.count($1.frame) })
    if let base {
      let evaluator = SinglePointEvaluator(potential: base, communicator: .alone())
      var place = 0
      for (index, entry) in entries.enumerated() {
        let count = FixedPart.count(entry.frame)
        if index % communicator.size == communicator.rank {
          let ions = Result { try FrameIons(entry.frame, rules) }
          let found = try evaluator.evaluate(entry.frame, ions)
          numbers.replaceSubrange(place..<(place + count), with: FixedPart.numbers(found, entry.frame))
        }
        place += count
      }
      try communicator.reduce(&numbers, .sum)
    }
    let gradient = try NEPGradient(template, precision: .double)
    var place = 0
    let frames = try entries.map { entry in
      let count = FixedPart.count(entry.frame)
      defer { place += count }
      let fixed = NEPGradient.Values(numbers: numbers[place..<(place + count)])
      let ions = needsIons ? try entry.frame.trainingIons(rules) : []
      return try TrainingFrame(entry, template, gradient, fixed, ions)
    }
    return (Array(frames[..<training.count]), Array(frames[training.count...]))
  }
}

/// What a frame has of the base, as numbers for a reduction.
private enum FixedPart {
  static func count(_ frame: LabelledFrame) -> Int { 3 * frame.symbols.count + 10 }

  static func numbers(_ found: SinglePoint, _ frame: LabelledFrame) -> [Double] {
    let virial = found.stress_eV_A3.elements.map { -$0 * frame.cell.volume }
    return NEPGradient.Values(
      energy_eV: found.energy_eV, forces_eV_A: found.forces_eV_A, virial_eV: Tensor3(virial[...])
    ).numbers
  }
}

extension TrainingFrame {
  fileprivate init(
    _ entry: LabelledFrames.Entry, _ template: NEPModel, _ gradient: NEPGradient, _ base: NEPGradient.Values,
    _ ions: [TrainingIon]
  ) throws {
    let frame = entry.frame
    do {
      geometry = try NEPFrame(
        cell: frame.cell, symbols: frame.symbols, positions: frame.positions, model: template)
    } catch let error as PotentialError {
      throw frame.refusal(error.description)
    }
    origin = entry.origin
    var fixed = gradient.repulsion(geometry)
    fixed.energy_eV += base.energy_eV
    for atom in fixed.forces_eV_A.indices { fixed.forces_eV_A[atom] += base.forces_eV_A[atom] }
    fixed.virial_eV += base.virial_eV
    self.fixed = fixed
    let reference = entry.reference
    energy_eV = reference.energy_eV.map { $0 - fixed.energy_eV }
    forces_eV_A = reference.forces_eV_A.map { forces in zip(forces, fixed.forces_eV_A).map { $0 - $1 } }
    virial_eV = reference.stress_eV_A3.map { stress in
      Tensor3(stress.elements.map { -$0 * frame.cell.volume }[...]) - fixed.virial_eV
    }
    weight = entry.weight
    energyWeight = entry.energyWeight
    var composition = [Double](repeating: 0, count: template.elements.count)
    for type in geometry.types { composition[Int(type)] += 1 }
    self.composition = composition
    self.ions = ions
  }
}

extension LabelledFrame {
  fileprivate func trainingIons(_ rules: IonRules) throws -> [TrainingIon] {
    let found: FrameIons
    do { found = try FrameIons(self, rules) } catch let error as StructureError {
      throw refusal("no ions, which ion-force and ion-torque of the loss need: \(error)")
    }
    return found.structure.moleculeRanges.filter { $0.count > 1 }.map { atoms in
      let centre = found.centreOfMass(atoms)
      return TrainingIon(
        atoms: atoms.map { found.order[$0] }, places: atoms.map { found.structure.positions[$0] - centre })
    }
  }
}
