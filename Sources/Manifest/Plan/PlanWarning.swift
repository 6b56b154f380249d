import Support

/// What is odd about a plan, and no error.
package enum PlanWarning: Equatable, Sendable {
  /// A mapping of `sweep.exclude` that no point of the grid matches.
  case idleExclusion([Sweep.Axis], place: SourcePlace)
}

extension PlanWarning: CustomStringConvertible {
  package var description: String {
    switch self {
    case .idleExclusion(let selection, let place):
      let text = selection.map { axis in
        "\(axis.path): \(axis.values.count == 1 ? axis.values[0] : "[\(axis.values.joined(separator: ", "))]")"
      }.joined(separator: ", ")
      return
        "\(place): sweep.exclude: no point of the grid has {\(text)}; values are compared as they are written"
    }
  }
}
