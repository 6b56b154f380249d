/// The lists of several potentials, over one halo.
package final class NeighbourListGroup: DomainNeighbourList {
  private let lists: [any DomainNeighbourList]

  /// - Parameter lists: none for a potential without pairs.
  package init(_ lists: [any DomainNeighbourList]) { self.lists = lists }

  package var needsFullHalo: Bool { lists.contains(where: \.needsFullHalo) }

  package func build(_ domain: Domain) {
    for list in lists { list.build(domain) }
  }
}
