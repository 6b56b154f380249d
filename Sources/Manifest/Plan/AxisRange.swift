import Foundation
import Units
import Yams

extension ManifestValue {
  /// The values of an axis: a single one, a range, or a list of both.
  /// - Parameter hasRamps: whether `{from: …, to: …}` without a step is a value and no range.
  func axisItems(hasRamps: Bool = false) throws -> [ManifestValue] {
    let wanted = "a value, a list, or a range such as {from: 300 K, to: 500 K, step: 25 K}"
    let items: [ManifestValue]
    if case .sequence = node { items = try list(wanted: wanted) } else { items = [self] }
    var values: [ManifestValue] = []
    for item in items {
      values += try item.isRange(hasRamps: hasRamps) ? item.rangeItems() : [item]
      // Here, not at the end: a list of ranges may stand for more than fits in memory.
      guard values.count <= maximumAxisValues else {
        throw error(wanted: "at most \(maximumAxisValues) values")
      }
    }
    guard !values.isEmpty else { throw error(wanted: "at least one value") }
    for value in values {
      if case .scalar(let scalar) = value.node, scalar.isNull { throw value.error(wanted: wanted) }
    }
    return values
  }

  private func isRange(hasRamps: Bool) -> Bool {
    guard let keys = node.mapping?.keys.compactMap(\.scalar?.string) else { return false }
    return !keys.isEmpty && (!hasRamps || keys.contains("step"))
      && Set(keys).isSubset(of: ["from", "to", "step"])
  }

  /// The values from `from` to `to`; `to` is included where a step reaches it. Decimal arithmetic, so that
  /// tenths stay exact.
  private func rangeItems() throws -> [ManifestValue] {
    let mapping = try mapping(known: ["from", "to", "step"])
    let parts = try ["from", "to", "step"].map { key in
      try mapping.required(key, wanted: "the '\(key)' of the range").rangePart()
    }
    guard parts[0].unit == parts[1].unit, parts[0].unit == parts[2].unit else {
      throw error(wanted: "the same unit in from, to and step")
    }
    let (from, to, step) = (parts[0].number, parts[1].number, parts[2].number)
    guard step > 0, from <= to else { throw error(wanted: "a step above 0 and a 'to' not below the 'from'") }
    guard (to - from) / step <= Decimal(maximumAxisValues) else {
      throw error(wanted: "at most \(maximumAxisValues) values")
    }
    var items: [ManifestValue] = []
    var number = from
    while number <= to {
      let text = parts[0].unit.isEmpty ? "\(number)" : "\(number) \(parts[0].unit)"
      let scalar = Node.Scalar(text, .implicit, .any, node.mark)
      items.append(ManifestValue(node: .scalar(scalar), path: path, file: file))
      let next = number + step
      guard next > number else { throw error(wanted: "a step that is not lost in rounding") }
      number = next
    }
    return items
  }

  private func rangePart() throws -> (number: Decimal, unit: String) {
    guard let text, let parts = try? Quantity.split(text), abs(parts.value) < 1e30,
      parts.value == 0 || abs(parts.value) > 1e-30, let number = Decimal(string: parts.number)
    else { throw error(wanted: "a number, with its unit where it has one") }
    return (number, parts.unit)
  }
}
