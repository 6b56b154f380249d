import Crystal
import Foundation
import Manifest

/// The charges that a trajectory gives to the ions that diffuse: those of its atoms, where they are whole numbers. Others are
/// the partial charges of a force field, of which nothing follows.
struct FileCharges {
  /// By ion, e; without those of which the user says the charge.
  private(set) var ofIon: [String: Int] = [:]
  /// What is used and what is not, one line each.
  private(set) var notes: [String] = []

  /// How far from a whole number a charge may be, e.
  private static let tolerance_e = 0.05

  /// - Parameters:
  ///   - charges_e: of the atoms of `structure`, in its order.
  ///   - file: for the notes.
  init(_ charges_e: [Double], _ structure: Structure, _ request: ImportRequest, file: String) {
    // Zero everywhere is what programs write where no charge was set.
    guard charges_e.count == structure.atomCount, charges_e.contains(where: { abs($0) > 1e-3 }) else {
      return
    }
    let ions = zip(structure.moleculeKinds, structure.moleculeRanges).map { kind, atoms in
      (name: kind.name, charge_e: charges_e[atoms].reduce(0, +))
    }
    var odd: [String] = []
    for name in request.mobile {
      let own = ions.filter { $0.name == name }.map(\.charge_e)
      guard let low = own.min(), let high = own.max() else { continue }
      let given = request.charge?.value(of: name)
      let declared = request.declared.charge(of: name).map { Double($0) }
      let asked = given ?? declared
      guard let charge = Self.whole(low, high) else {
        if asked == nil { odd.append("\(name) \(Self.text(low, high))") }
        continue
      }
      guard let asked else {
        ofIon[name] = charge
        notes.append("\(file): the charge of \(name) is taken from the file, \(chargeText(Double(charge))) e")
        continue
      }
      guard asked != Double(charge) else { continue }
      notes.append(
        "\(file): the charge of \(name) is \(chargeText(Double(charge))) e by the file; "
          + "\(given == nil ? "--ion" : "--charge") makes it \(chargeText(asked)) e, which is used")
    }
    if !odd.isEmpty {
      notes.append(
        "\(file): the charges of the file are not one whole number for each mobile ion (\(odd.joined(separator: ", ")) e) and are "
          + "not used: the usual ones are, unless --charge gives others")
    }
  }

  /// The whole number to which both are near; nil for none, for 0, and for what no ion has.
  private static func whole(_ low: Double, _ high: Double) -> Int? {
    let charge = low.rounded()
    guard abs(low - charge) <= tolerance_e, abs(high - charge) <= tolerance_e, charge != 0, abs(charge) <= 20
    else { return nil }
    return Int(charge)
  }

  private static func text(_ low: Double, _ high: Double) -> String {
    let (first, last) = (String(format: "%.3g", low), String(format: "%.3g", high))
    return first == last ? first : "\(first) to \(last)"
  }
}
