import RealModule

/// The table in Markdown: a line for each quantity of a row, ours and kinisi's.
struct Table {
  static let head = """
    | motion | r.m.s. | bias | 68 / 95 % | with bounds | bounds, neither | sets | kinisi: r.m.s. | bias | 68 / 95 % | sets |
    |---|---|---|---|---|---|---|---|---|---|---|
    """

  static func line(_ row: Row, quantity: Finding.Quantity, ours: Statistics, kinisi: Statistics) -> String {
    let label: String
    switch quantity {
    case .diffusivity: label = "D, \(row.name)"
    case .activationEnergy: label = "Ea, \(row.name), meV"
    case .conductivity: label = "ln σ(300 K), \(row.name)"
    case .lineConductivity: label = "the same on the line through the true values"
    default: label = "\(quantity.rawValue), \(row.name)"
    }
    var root = number(ours.rootMeanSquare, quantity)
    if let ideal = ours.ideal { root += " (ideal \(number(ideal, quantity)))" }
    let cells = [
      label, root, number(ours.bias, quantity, signed: true),
      "\(share(ours.held68)) / \(share(ours.held95))", share(ours.held95WithBounds),
      "\(ours.bounds), \(ours.neither)", "\(ours.sets)", number(kinisi.rootMeanSquare, quantity),
      number(kinisi.bias, quantity, signed: true), "\(share(kinisi.held68)) / \(share(kinisi.held95))",
      "\(kinisi.sets)",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func number(
    _ estimate: Estimated?, _ quantity: Finding.Quantity, signed: Bool = false
  ) -> String {
    guard let estimate else { return "–" }
    let scale = quantity == .activationEnergy ? 1000.0 : 1
    let places = quantity == .activationEnergy ? 1 : 3
    let sign = signed && estimate.value >= 0 ? "+" : ""
    return sign + text(scale * estimate.value, places) + " ± " + text(scale * estimate.error, places)
  }

  private static func share(_ estimate: Estimated?) -> String {
    estimate.map { text($0.value, 3) + " ± " + text($0.error, 3) } ?? "–"
  }

  /// A number with so many decimals, without the zero before the point.
  static func text(_ x: Double, _ places: Int) -> String {
    guard x.isFinite, abs(x) < 1e12 else { return "\(x)" }
    let scale = Double.pow(10, Double(places)).rounded()
    let digits = "\(Int((abs(x) * scale).rounded()))"
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let whole = padded.dropLast(places)
    return (x < 0 && digits != "0" ? "−" : "") + (whole == "0" ? "" : whole) + "." + padded.suffix(places)
  }
}
