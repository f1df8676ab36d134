internal import CYAML

/// libyaml's parser, one event at a time; owns it, and borrows the bytes, which have to outlive it.
@safe final class YAMLEvents {
  /// One step of the parser, without its C structures.
  enum Event {
    case scalar(String, isPlain: Bool), sequenceStart, sequenceEnd, mappingStart, mappingEnd
    /// An alias, or a node that one may lead to.
    case anchor
    /// A node with a type of its own.
    case tag
    case documentStart, documentEnd, streamEnd, other
  }

  /// Where the newest event begins, from one.
  private(set) var line = 1
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
    unsafe self.bytes = bytes
    unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
    // From here on the end of this object cleans up, also where this fails.
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      throw YAMLError(line: 1, problem: "no memory to read it")
    }
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// Takes a step.
  func next() throws(YAMLError) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    line = unsafe Int(event.start_mark.line) + 1
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      if unsafe scalar.anchor != nil { return .anchor }
      if unsafe Self.isTag(scalar.tag) { return .tag }
      let text = unsafe String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length)), as: UTF8.self)
      return unsafe .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return unsafe start.anchor != nil ? .anchor : Self.isTag(start.tag) ? .tag : .sequenceStart
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return unsafe start.anchor != nil ? .anchor : Self.isTag(start.tag) ? .tag : .mappingStart
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_ALIAS_EVENT: return .anchor
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT: return .streamEnd
    default: return .other
    }
  }

  /// Whether a tag says more than that a text is a text (YAML 1.2 §6.9.1).
  private static func isTag(_ tag: UnsafeMutablePointer<UInt8>?) -> Bool {
    guard let tag = unsafe tag else { return false }
    return unsafe !(tag[0] == UInt8(ascii: "!") && tag[1] == 0)
  }

  private func failure() -> YAMLError {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
    // The reader is ahead of all marks: it says where in the bytes it was.
    if unsafe parser.pointee.error == YAML_READER_ERROR {
      let before = unsafe bytes.prefix(Int(parser.pointee.problem_offset))
      return unsafe YAMLError(line: before.count { $0 == UInt8(ascii: "\n") } + 1, problem: problem)
    }
    let mark = unsafe max(parser.pointee.problem_mark.line, parser.pointee.mark.line)
    return YAMLError(line: Int(mark) + 1, problem: problem)
  }
}
