import Decomposition
import Mathematics
import Model

/// The elements, and the kinds of ions of several atoms, for which quantities of single atoms are told.
package struct AtomKinds: Sendable {
  /// Elements, then kinds of ions ("B12H12"), each in alphabetical order.
  package let names: [String]
  /// The elements among them, which come first.
  let elementCount: Int
  private let ofElement: [Int]
  /// By template; nil for ions of one atom.
  private let ofTemplate: [Int?]

  package init(_ topology: Topology) {
    let elements = Set(topology.elements).sorted()
    let ions = Set(topology.templates.filter { $0.atomCount > 1 }.map(\.kind)).sorted()
    names = elements + ions
    elementCount = elements.count
    ofElement = topology.elements.map { elements.firstIndex(of: $0) ?? 0 }
    ofTemplate = topology.templates.map { template in
      template.atomCount > 1 ? ions.firstIndex(of: template.kind).map { $0 + elements.count } : nil
    }
  }

  /// Calls `body` with each own atom and each of its kinds.
  func forEach(in domain: Domain, _ body: (_ atom: Int, _ kind: Int) -> Void) {
    for molecule in domain.molecules {
      let ion = ofTemplate[Int(molecule.template)]
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        body(i, ofElement[Int(domain.atoms.type[i])])
        if let ion { body(i, ion) }
      }
    }
  }
}
