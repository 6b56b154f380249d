/// A neighbour list that a domain builds for the potential that owns it.
package protocol DomainNeighbourList: AnyObject {
  /// Whether the list holds all neighbours of each own atom, which takes a halo on all sides. A list that holds each
  /// pair once, on one rank, needs half of it.
  var needsFullHalo: Bool { get }

  /// Builds the list for the own atoms and the halo of a domain.
  func build(_ domain: Domain)
}
