internal import CYAML

/// Reads a YAML text with libyaml into one tree of nodes.
public enum YAMLDocument {
  /// More nesting than any settings have.
  private static let deepest = 16

  /// The root of the text's one document; `nil` for a text without any.
  public static func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
    var text = text
    do {
      return try text.withUTF8 { bytes in
        let reader = try unsafe Reader(bytes)
        return try reader.document()
      }
    } catch let error as YAMLError { throw error } catch { throw YAMLError(line: 1, problem: "\(error)") }
  }

  /// One step of libyaml's parser, without its C structures.
  private enum Event {
    case scalar(String, isPlain: Bool), sequenceStart, sequenceEnd, mappingStart, mappingEnd, alias
    case documentStart, documentEnd, streamEnd, other
  }

  /// Owns libyaml's parser; the bytes outlive it.
  @safe private final class Reader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var line = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
      unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
      guard unsafe yaml_parser_initialize(parser) == 1 else {
        unsafe parser.deallocate()
        throw YAMLError(line: 1, problem: "no memory to read it")
      }
      unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
      unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
      unsafe yaml_parser_delete(parser)
      unsafe parser.deallocate()
    }

    func document() throws(YAMLError) -> YAMLNode? {
      var root: YAMLNode?
      while true {
        let event = try next()
        switch event {
        case .streamEnd: return root
        case .documentStart where root != nil: throw YAMLError(line: line, problem: "a second document begins")
        case .documentStart, .documentEnd, .other: continue
        default: root = try node(event, depth: 0)
        }
      }
    }

    private func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
      let start = line
      guard depth < YAMLDocument.deepest else { throw YAMLError(line: start, problem: "too deeply nested") }
      switch event {
      case .scalar(let text, let isPlain): return YAMLNode(content: .scalar(text, isPlain: isPlain), line: start)
      case .sequenceStart:
        var items: [YAMLNode] = []
        while true {
          let event = try next()
          if case .sequenceEnd = event { return YAMLNode(content: .sequence(items), line: start) }
          items.append(try node(event, depth: depth + 1))
        }
      case .mappingStart:
        var pairs: [(name: YAMLNode, value: YAMLNode)] = []
        while true {
          let event = try next()
          if case .mappingEnd = event { return YAMLNode(content: .mapping(pairs), line: start) }
          let name = try node(event, depth: depth + 1)
          if let text = name.text, pairs.contains(where: { $0.name.text == text }) {
            throw YAMLError(line: name.line, problem: "\(text) is set twice")
          }
          pairs.append((name, try node(try next(), depth: depth + 1)))
        }
      case .alias: throw YAMLError(line: start, problem: "anchors and aliases are not taken")
      case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamEnd, .other:
        throw YAMLError(line: start, problem: "it ends too soon")
      }
    }

    private func next() throws(YAMLError) -> Event {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(parser, &event) == 1 else {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
        let mark = unsafe max(parser.pointee.problem_mark.line, parser.pointee.mark.line)
        throw YAMLError(line: Int(mark) + 1, problem: problem)
      }
      defer { unsafe yaml_event_delete(&event) }
      line = unsafe Int(event.start_mark.line) + 1
      switch unsafe event.type {
      case YAML_SCALAR_EVENT:
        let scalar = unsafe event.data.scalar
        let text = unsafe String(
          decoding: UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length)), as: UTF8.self)
        return unsafe .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      case YAML_SEQUENCE_START_EVENT: return .sequenceStart
      case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
      case YAML_MAPPING_START_EVENT: return .mappingStart
      case YAML_MAPPING_END_EVENT: return .mappingEnd
      case YAML_ALIAS_EVENT: return .alias
      case YAML_DOCUMENT_START_EVENT: return .documentStart
      case YAML_DOCUMENT_END_EVENT: return .documentEnd
      case YAML_STREAM_END_EVENT: return .streamEnd
      default: return .other
      }
    }
  }
}
