/// A table with a header, by RFC 4180, with units in the column names.
struct CSV {
  private(set) var text: String

  init(columns: [String]) {
    text = columns.map(Self.quoted).joined(separator: ",") + "\n"
  }

  mutating func append(_ fields: [String]) {
    text += fields.map(Self.quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
