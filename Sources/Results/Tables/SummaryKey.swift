/// A key of an object of `summary.json`.
struct SummaryKey: Sendable {
  let name: String
  let kind: SummaryKind
  /// `1` for a number without one, empty for what is no number.
  let unit: String
  let meaning: String
  /// Whether every file has the key.
  let isRequired: Bool
  /// Whether the value can be null.
  let isNullable: Bool
  /// Kept for scripts of the version before.
  let isOld: Bool

  init(
    _ name: String, _ kind: SummaryKind, _ unit: String, _ meaning: String, required: Bool = true,
    nullable: Bool = false, old: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.meaning = meaning
    isRequired = required
    isNullable = nullable
    isOld = old
  }

  /// A key without a unit.
  init(
    _ name: String, _ kind: SummaryKind, _ meaning: String, required: Bool = true, nullable: Bool = false
  ) {
    self.init(name, kind, "", meaning, required: required, nullable: nullable)
  }

  /// A number that is null where it is not determined.
  static func number(_ name: String, _ unit: String, _ meaning: String, old: Bool = false) -> Self {
    Self(name, .number, unit, meaning, nullable: true, old: old)
  }

  /// [low, high], null where it is not determined.
  static func interval(
    _ name: String, _ unit: String, _ meaning: String, required: Bool = true, old: Bool = false
  )
    -> Self
  {
    Self(name, .list(.number, count: 2), unit, meaning, required: required, nullable: true, old: old)
  }
}

/// What a value of `summary.json` is.
indirect enum SummaryKind: Sendable {
  case number, integer, text, truth
  /// One of these texts.
  case code([String])
  case list(SummaryKind, count: Int? = nil)
  /// Values by names that are not fixed.
  case map(SummaryKind)
  case object(String)
  /// An object whose only key is the code of the warning.
  case warning
  case nullable(SummaryKind)
}

/// An object of `summary.json`.
struct SummaryObject: Sendable {
  let name: String
  let meaning: String
  let keys: [SummaryKey]
}
