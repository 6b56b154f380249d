import CYaml
import Support

/// What a YAML text may hold, counted with every alias followed.
///
/// The events of the parser are counted before a tree is made of them: a kilobyte of nested aliases can stand for more
/// values than fit in memory, and code that walks a tree is recursive.
package enum YAMLBounds {
  /// Bytes of a file.
  package static let bytes = 1 << 24
  /// Keys, values, lists and mappings.
  package static let nodes = 100_000
  /// Bytes of all keys and values.
  package static let text = 1 << 23
  /// Lists and mappings within each other.
  package static let depth = 50

  /// Checks a text. One that is not YAML passes as far as it can be read: the parser reports what is wrong.
  /// - Throws: ``InputError`` with the place where a bound is passed.
  package static func check(_ yaml: String, file: String) throws {
    guard yaml.utf8.count <= bytes else { throw tooLong(file) }
    var yaml = yaml
    try yaml.withUTF8 { try check($0, file: file) }
  }

  package static func tooLong(_ file: String) -> InputError {
    InputError(
      place: SourcePlace(file: file), found: "a longer file",
      wanted: "a YAML file of at most \(bytes >> 20) MiB")
  }

  private static func check(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    // The parser keeps a pointer to itself.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { throw RunFailure("no memory to read \(file)") }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    var count = YAMLCount(file: file)
    var isEnd = false
    while !isEnd {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { return }
      defer { yaml_event_delete(&event) }
      isEnd = event.type == YAML_STREAM_END_EVENT
      try count.add(event)
    }
  }
}

/// The counts of a text as far as it has been read.
private struct YAMLCount {
  /// What an anchor stands for.
  private struct Size {
    var nodes = 0
    var text = 0
    /// Lists and mappings within each other.
    var depth = 0
  }

  /// A list or mapping that has not ended.
  private struct Open {
    var anchor: String?
    var start: Size
    var depth = 0
  }

  package let file: String
  private var total = Size()
  private var open: [Open] = []
  private var anchors: [String: Size] = [:]

  package init(file: String) { self.file = file }

  package mutating func add(_ event: yaml_event_t) throws {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let size = Size(nodes: 1, text: event.data.scalar.length)
      if let anchor = name(event.data.scalar.anchor) { anchors[anchor] = size }
      try add(size, event)
    case YAML_ALIAS_EVENT:
      if let size = name(event.data.alias.anchor).flatMap({ anchors[$0] }) { try add(size, event) }
    case YAML_SEQUENCE_START_EVENT: try begin(name(event.data.sequence_start.anchor), event)
    case YAML_MAPPING_START_EVENT: try begin(name(event.data.mapping_start.anchor), event)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: end()
    default: break
    }
  }

  private mutating func begin(_ anchor: String?, _ event: yaml_event_t) throws {
    open.append(Open(anchor: anchor, start: total))
    try add(Size(nodes: 1), event)
  }

  private mutating func end() {
    guard let ended = open.popLast() else { return }
    let size = Size(
      nodes: total.nodes - ended.start.nodes, text: total.text - ended.start.text, depth: ended.depth + 1)
    if let anchor = ended.anchor { anchors[anchor] = size }
    deepen(to: size.depth)
  }

  private mutating func add(_ size: Size, _ event: yaml_event_t) throws {
    // Neither sum can overflow: what an anchor stands for is below the bounds, and a text below its own.
    total.nodes += size.nodes
    total.text += size.text
    deepen(to: size.depth)
    let found =
      if total.nodes > YAMLBounds.nodes {
        "more than \(YAMLBounds.nodes) keys and values"
      } else if total.text > YAMLBounds.text {
        "more than \(YAMLBounds.text >> 20) MiB of keys and values"
      } else if open.count + size.depth > YAMLBounds.depth {
        "more than \(YAMLBounds.depth) lists and mappings within each other"
      } else { nil as String? }
    guard let found else { return }
    throw InputError(
      place: SourcePlace(
        file: file, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1),
      found: "\(found), counting each alias as what it stands for", wanted: "fewer")
  }

  private mutating func deepen(to depth: Int) {
    guard let last = open.indices.last else { return }
    open[last].depth = max(open[last].depth, depth)
  }

  private func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
  }
}
