import Manifest
import Support
import Units
import Yams

/// The printed numbers of a paper, with which results are compared: `targets/*.yaml`.
package struct TargetFile: Sendable {
  /// The set and temperature of a number.
  struct Selection: Sendable {
    /// Values of keys of the manifest, as texts.
    var values: [String: String]
    var temperature_K: Double?
  }

  /// One line of the comparison.
  struct Target: Sendable {
    enum Form: Sendable {
      case single(Selection)
      case ratio(Selection, Selection)
      case difference(Selection, Selection)
      /// The slope along a key with numbers as values.
      case trend(Selection, along: ComparedKey)
    }

    var what: String
    var source: String
    var study: String
    var quantity: ComparedQuantity
    var series: String?
    var form: Form
    var expectation: Expectation
    /// As printed or expected.
    var printed: String
    /// The unit in which the computed number is shown.
    var unit: String
    var resolution: Double?
    /// Sampled time behind a printed number, ps.
    var sampled_ps: Double?
  }

  package let title: String
  package let citation: String
  /// Paragraphs above the comparison.
  package let remarks: [String]
  let targets: [Target]

  /// - Throws: ``InputError``, which names file, line, key, what was found and what was wanted.
  package init(contentsOf path: String) throws {
    try self.init(ManifestDocument(contentsOf: path))
  }

  init(yaml: String, file: String) throws { try self.init(ManifestDocument(yaml: yaml, file: file)) }

  private init(_ document: ManifestDocument) throws {
    let mapping = try document.root.mapping(known: ["title", "citation", "remarks", "targets"])
    title = try mapping.required("title", wanted: "a title").prose(wanted: "a title")
    citation = try mapping.required("citation", wanted: "the paper").prose(wanted: "the paper")
    remarks =
      try mapping["remarks"]?.list(wanted: "a list of texts").map { try $0.prose(wanted: "a text") } ?? []
    let list = try mapping.required("targets", wanted: "a list of targets").list(wanted: "a list of targets")
    targets = try list.map(Self.target)
  }

  private static let keys = [
    "what", "source", "study", "where", "temperature", "quantity", "series", "over", "minus", "along",
    "printed", "within", "sampled", "expected", "resolution",
  ]

  private static func target(_ value: ManifestValue) throws -> Target {
    let mapping = try value.mapping(known: keys)
    func text(_ key: String) throws -> String {
      try mapping.required(key, wanted: "a text").prose(wanted: "a text")
    }
    let name = try text("quantity")
    guard let quantity = ComparedQuantity(name: name), let place = mapping["quantity"] else {
      let hint = nearest(to: name, among: ComparedQuantity.names).map { "did you mean '\($0)'?" }
      throw (mapping["quantity"] ?? value).error(
        wanted: "one of \(ComparedQuantity.names.joined(separator: ", "))", message: hint)
    }
    let temperature_K = try mapping["temperature"]?.quantity(.temperature)
    guard quantity.isOfSet || temperature_K != nil else {
      throw place.error(wanted: "a temperature beside it", message: "\(name) belongs to one temperature")
    }
    let first = try selection(mapping["where"], temperature_K)
    let forms = [
      try mapping["over"].map { Target.Form.ratio(first, try selection($0, temperature_K)) },
      try mapping["minus"].map { Target.Form.difference(first, try selection($0, temperature_K)) },
      try mapping["along"].map {
        Target.Form.trend(first, along: ComparedKey(try $0.string(wanted: "a key of the manifest")))
      },
    ].compactMap { $0 }
    guard forms.count < 2 else { throw value.error(wanted: "one of over, minus and along") }
    let form = forms.first ?? .single(first)
    var dimension = quantity.dimension
    switch form {
    case .ratio, .trend: dimension = .number
    case .single, .difference: break
    }
    if let sampled = mapping["sampled"] {
      guard case .single = form, mapping["printed"] != nil else {
        throw sampled.error(wanted: "it only beside a printed number that is no ratio, difference or slope")
      }
    }
    let (expectation, printed) = try expectation(mapping, value, form, dimension)
    let numbers =
      [mapping["printed"]?.text] + (mapping["expected"]?.node.mapping?.map { $1.scalar?.string } ?? [])
    let unit =
      try numbers.compactMap(\.self).map { try Quantity.split($0).unit }.first
      ?? dimension.units.first?.names.first ?? ""
    let isUnit = dimension.units.contains { $0.names.contains(unit) }
    return Target(
      what: try text("what"), source: try text("source"), study: try text("study"), quantity: quantity,
      series: try mapping["series"]?.string(wanted: "a text"), form: form, expectation: expectation,
      printed: printed, unit: isUnit ? unit : dimension.printed.first ?? "",
      resolution: try mapping["resolution"]?.quantity(dimension),
      sampled_ps: try mapping["sampled"]?.quantity(.time))
  }

  private static func selection(_ value: ManifestValue?, _ temperature_K: Double?) throws -> Selection {
    var result = Selection(values: [:], temperature_K: temperature_K)
    for (key, entry) in try value?.openMapping(wanted: "keys of the manifest with values").entries ?? [] {
      if key == "temperature" {
        result.temperature_K = try entry.quantity(.temperature)
      } else {
        result.values[key] = plainText(of: entry.node)
      }
    }
    return result
  }

  private static func expectation(
    _ mapping: ManifestMapping, _ value: ManifestValue, _ form: Target.Form, _ dimension: PhysicalDimension
  ) throws -> (Expectation, String) {
    let wanted =
      "either 'printed', a number, or 'expected': below, above or from and to; rising, falling"
    if let printed = mapping["printed"], mapping["expected"] == nil {
      let number = try printed.quantity(dimension, .any)
      let within = try mapping["within"]?.quantity(dimension, .notNegative)
      let text = printed.text ?? ""
      return (.value(number, within: try within ?? lastDigit(text, dimension) / 2), text)
    }
    guard let expected = mapping["expected"], mapping["printed"] == nil else {
      throw value.error(wanted: wanted)
    }
    if let word = expected.text {
      switch (word, form) {
      case ("rising", .trend): return (.above(0), word)
      case ("falling", .trend): return (.below(0), word)
      default: throw expected.error(wanted: wanted)
      }
    }
    let bounds = try expected.mapping(known: ["below", "above", "from", "to"])
    func number(_ key: String) throws -> Double? { try bounds[key]?.quantity(dimension, .any) }
    switch (try number("below"), try number("above"), try number("from"), try number("to")) {
    case (let below?, nil, nil, nil): return (.below(below), "below \(bounds["below"]?.text ?? "")")
    case (nil, let above?, nil, nil): return (.above(above), "above \(bounds["above"]?.text ?? "")")
    case (nil, nil, let from?, let to?) where from < to:
      return (.between(from, to), "\(bounds["from"]?.text ?? "") to \(bounds["to"]?.text ?? "")")
    default: throw expected.error(wanted: wanted)
    }
  }

  /// One unit of a printed number's last digit.
  private static func lastDigit(_ text: String, _ dimension: PhysicalDimension) throws -> Double {
    let parts = try Quantity.split(text)
    let mantissa = parts.number.prefix { !"eE".contains($0) }
    let decimals =
      mantissa.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
    let exponent = Int(parts.number.dropFirst(mantissa.count + 1)) ?? 0
    let one = "1e\(exponent - decimals) \(parts.unit)"
    return try Quantity.parse(one.trimmingCharacters(in: .whitespaces), as: dimension)
  }
}

/// A YAML value in one line, the same for equal values, however they are written.
func plainText(of node: Node) -> String {
  switch node {
  case .scalar(let scalar): return scalar.string
  case .sequence(let items): return "[\(items.map(plainText).joined(separator: ", "))]"
  case .mapping(let mapping):
    let entries = mapping.map { "\(plainText(of: $0.key)): \(plainText(of: $0.value))" }
    return "{\(entries.sorted().joined(separator: ", "))}"
  case .alias: return ""
  }
}
