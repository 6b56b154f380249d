import Foundation

extension SummarySchema {
  /// The JSON Schema (draft 2020-12) of the file.
  /// - Throws: what Foundation throws for an object that is no JSON.
  package static func json() throws -> Data {
    var definitions: [String: Any] = [:]
    for object in objects { definitions[object.name] = schema(object) }
    definitions["warning"] = [
      "type": "object", "minProperties": 1, "maxProperties": 1,
      "description": "A code with its numbers, such as {\"upper_bound_only\": {\"hops\": 3, …}}.",
    ]
    let root: [String: Any] = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "summary.json of Paddlewheel",
      "$comment": "version \(version)", "$ref": "#/$defs/study", "$defs": definitions,
    ]
    return try JSONSerialization.data(
      withJSONObject: root, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]) + Data("\n".utf8)
  }

  private static func schema(_ object: SummaryObject) -> [String: Any] {
    var properties: [String: Any] = [:]
    for key in object.keys {
      var one = key.isNullable ? nullable(schema(key.kind)) : schema(key.kind)
      one["description"] = key.meaning + (key.unit.isEmpty || key.unit == "1" ? "" : ", \(key.unit)")
      if key.isOld { one["deprecated"] = true }
      properties[key.name] = one
    }
    return [
      "type": "object", "description": object.meaning, "properties": properties,
      "required": object.keys.filter(\.isRequired).map(\.name).sorted(), "additionalProperties": false,
    ]
  }

  private static func schema(_ kind: SummaryKind) -> [String: Any] {
    switch kind {
    case .number: ["type": "number"]
    case .integer: ["type": "integer"]
    case .text: ["type": "string"]
    case .truth: ["type": "boolean"]
    case .code(let values): ["type": "string", "enum": values]
    case .list(let item, nil): ["type": "array", "items": schema(item)]
    case .list(let item, let count?):
      ["type": "array", "items": schema(item), "minItems": count, "maxItems": count]
    case .map(let value): ["type": "object", "additionalProperties": schema(value)]
    case .object(let name): ["$ref": "#/$defs/\(name)"]
    case .warning: ["$ref": "#/$defs/warning"]
    case .nullable(let inner): nullable(schema(inner))
    }
  }

  private static func nullable(_ schema: [String: Any]) -> [String: Any] {
    ["anyOf": [schema, ["type": "null"]]]
  }
}
