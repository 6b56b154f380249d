import NEP
import Selection

/// What `select` prints.
struct SelectionReport: Encodable {
  struct Chosen: Encodable {
    var candidates: Int
    var labelled: Int
    var chosen: Int
    var descriptors: Int
    var features: Int
    var components: Int
    var explainedVariance: Double
    /// Of candidates from labelled frames, and from labelled and chosen ones.
    var distanceBefore: SelectedFrames.Distances?
    var distanceAfter: SelectedFrames.Distances?

    enum CodingKeys: String, CodingKey {
      case candidates, labelled, chosen, descriptors, features, components
      case explainedVariance = "explained_variance"
      case distanceBefore = "distance_before"
      case distanceAfter = "distance_after"
    }
  }

  struct Element: Encodable {
    var element: String
    var atoms: Int
    var size: Int
    var spanned: Int
    var largestGrade: Double

    enum CodingKeys: String, CodingKey {
      case element, atoms, size, spanned
      case largestGrade = "largest_grade"
    }
  }

  var selection: Chosen?
  /// Of each element.
  var activeSet: [Element]?
  private var wanted: Int?

  enum CodingKeys: String, CodingKey {
    case selection
    case activeSet = "active_set"
  }

  init(_ selection: SelectedFrames?, _ hull: TrainedHull?, wanted: Int?) {
    self.selection = selection.map {
      Chosen(
        candidates: $0.candidateCount, labelled: $0.labelledCount, chosen: $0.chosen.count,
        descriptors: $0.descriptorCount, features: $0.featureCount, components: $0.componentCount,
        explainedVariance: $0.explained, distanceBefore: $0.before, distanceAfter: $0.after)
    }
    activeSet = hull.map { hull in
      hull.coverage.map {
        Element(
          element: $0.element, atoms: $0.atoms, size: hull.set.size, spanned: $0.rank,
          largestGrade: $0.largestGrade)
      }
    }
    self.wanted = wanted
  }

  var text: String { [selection.map(text), activeSet.map(text)].compactMap { $0 }.joined(separator: "\n\n") }

  /// Nil where as many were chosen as wanted.
  var warning: String? {
    guard let selection, let wanted, selection.chosen < wanted else { return nil }
    return
      "\(selection.chosen) frames chosen, \(wanted) wanted: no more differ from each other and from labelled frames"
  }

  private func text(_ selection: Chosen) -> String {
    let head = [
      ["candidates", "\(selection.candidates) frames"], ["labelled", "\(selection.labelled) frames"],
      ["descriptors", "\(selection.descriptors) of each atom"],
      [
        "components",
        "\(selection.components) of \(selection.features) features, "
          + "\(fixed(selection.explainedVariance * 100, 1)) % of the variance",
      ],
      ["chosen", "\(selection.chosen) frames"],
    ]
    func row(_ name: String, _ distances: SelectedFrames.Distances?) -> [String] {
      [name, fixed(distances?.mean, 4), fixed(distances?.largest, 4)]
    }
    return textTable(head) + "\n\n"
      + textTable([
        ["distance of a candidate from the nearest", "mean", "largest"],
        row("labelled frame", selection.distanceBefore),
        row("labelled or chosen frame", selection.distanceAfter),
      ])
  }

  private func text(_ elements: [Element]) -> String {
    textTable(
      [["active set", "atoms", "size", "spanned", "largest grade"]]
        + elements.map {
          [$0.element, "\($0.atoms)", "\($0.size)", "\($0.spanned)", fixed($0.largestGrade, 3)]
        })
  }
}
