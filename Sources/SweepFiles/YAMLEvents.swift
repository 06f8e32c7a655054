import CYaml

/// One event of a YAML text: what begins, ends or stands at a place.
struct YAMLEvent {
  /// What the event is.
  enum Kind {
    /// The text, a document or a collection ends, or a document or the text begins.
    case other
    /// A document begins.
    case documentStart
    /// The text ends.
    case textEnd
    /// `*name`.
    case alias(String)
    /// A scalar; `isPlain` tells that it stands without quotes, block marks and tags.
    case scalar(String, isPlain: Bool)
    /// A list begins.
    case listStart
    /// A mapping begins.
    case mappingStart
    /// A list or a mapping ends.
    case collectionEnd
  }

  /// What it is.
  let kind: Kind
  /// The name after `&`; nil without one.
  let anchor: String?
  /// The tag; nil without one.
  let tag: String?
  /// Line and column from 1.
  let line: Int
  let column: Int
}

/// What the YAML library has to say against a text.
struct YAMLProblem: Error {
  /// The library's words.
  let message: String
  /// What it was reading, and on which line that began; nil where it does not say.
  let context: (text: String, line: Int)?
  /// Line and column from 1.
  let line: Int
  let column: Int
}

/// The events of a text, one after another, from libyaml, which comes with Yams. All pointers live
/// and end in here; not for several threads.
final class YAMLEvents {
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  init(_ text: String) {
    // The library asserts that there is a text, also where that is empty.
    bytes = .allocate(capacity: text.utf8.count + 1)
    _ = bytes.initialize(from: text.utf8)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, text.utf8.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  /// The next event; after the text's end, its end again.
  func next() throws(YAMLProblem) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
    defer { yaml_event_delete(&event) }
    let mark = event.start_mark
    let (kind, anchor, tag) = Self.content(of: event)
    return YAMLEvent(
      kind: kind, anchor: Self.text(anchor), tag: Self.text(tag), line: mark.line + 1,
      column: mark.column + 1)
  }

  private static func content(
    of event: yaml_event_t
  ) -> (YAMLEvent.Kind, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?) {
    let data = event.data
    switch event.type {
    case YAML_ALIAS_EVENT: return (.alias(text(data.alias.anchor) ?? ""), nil, nil)
    case YAML_SCALAR_EVENT:
      let scalar = data.scalar
      let content = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
      return (.scalar(content, isPlain: isPlain), scalar.anchor, scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      return (.listStart, data.sequence_start.anchor, data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      return (.mappingStart, data.mapping_start.anchor, data.mapping_start.tag)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.collectionEnd, nil, nil)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, nil, nil)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return (.textEnd, nil, nil)
    default: return (.other, nil, nil)
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private var problem: YAMLProblem {
    let parser = parser.pointee
    let context = parser.context.map {
      (text: String(cString: $0), line: parser.context_mark.line + 1)
    }
    // A text that cannot be read at all has no mark but the place that was reached.
    let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
    return YAMLProblem(
      message: parser.problem.map { String(cString: $0) } ?? "out of memory", context: context,
      line: mark.line + 1, column: mark.column + 1)
  }
}
