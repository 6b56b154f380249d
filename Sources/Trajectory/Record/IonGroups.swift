import Crystal

/// Names of the groups of a record.
package enum IonGroups {
  package static let all = "all"
  /// Ions of the framework.
  package static let framework = "anions"
  /// Ions that neither diffuse nor are a part of the framework.
  package static let others = "others"

  /// The group of a diffusing species.
  /// - Parameters:
  ///   - index: among the species.
  ///   - name: of the species.
  package static func mobile(_ index: Int, _ name: String) -> String {
    index == 0 ? "mobile" : "mobile-\(name)"
  }

  /// Whether a group is that of a diffusing species.
  package static func isMobile(_ group: String) -> Bool { group == "mobile" || group.hasPrefix("mobile-") }
}

/// The intervals at which a run is recorded, in steps.
package struct RecordIntervals: Sendable {
  package var all: Int
  package var framework: Int
  package var mobile: Int

  package init(all: Int, framework: Int, mobile: Int) {
    (self.all, self.framework, self.mobile) = (all, framework, mobile)
  }
}

extension RecordPlan {
  /// The groups of a run: `all` first, since readers like MDAnalysis take the first.
  /// - Parameters:
  ///   - withOthers: whether ions that neither diffuse nor belong to the framework have a group beside a framework.
  package static func ionGroups(
    of structure: Structure, _ roles: IonRoles, every intervals: RecordIntervals, blockCount: Int,
    withOthers: Bool
  ) -> [Group] {
    let kinds = structure.moleculeKinds
    let ranges = structure.moleculeRanges
    func bodies(_ name: String, _ molecules: [Int], every interval: Int) -> Group {
      Group(
        name: name, kind: .bodies, intervalSteps: interval, members: molecules,
        species: molecules.map { kinds[$0].name }, blockCount: blockCount)
    }
    var groups = [
      Group(
        name: IonGroups.all, kind: .atoms, intervalSteps: intervals.all,
        members: Array(0..<structure.atomCount), species: structure.elements, blockCount: blockCount)
    ]
    if !roles.framework.isEmpty {
      groups.append(bodies(IonGroups.framework, roles.framework, every: intervals.framework))
    }
    for (index, species) in roles.mobile.enumerated() {
      let molecules = roles.mobileIons(index)
      let name = IonGroups.mobile(index, species)
      guard molecules.allSatisfy({ ranges[$0].count == 1 }) else {
        groups.append(bodies(name, molecules, every: intervals.mobile))
        continue
      }
      let atoms = molecules.map { ranges[$0].lowerBound }
      groups.append(
        Group(
          name: name, kind: .atoms, intervalSteps: intervals.mobile, members: atoms,
          species: atoms.map { structure.elements[$0] }, blockCount: blockCount))
    }
    if !roles.others.isEmpty, withOthers || roles.framework.isEmpty {
      groups.append(bodies(IonGroups.others, roles.others, every: intervals.framework))
    }
    return groups
  }
}
