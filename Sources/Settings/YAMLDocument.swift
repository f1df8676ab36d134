/// Reads a YAML text into one tree of nodes: plain data, without anchors, aliases and tags.
///
/// What a text can make the program do is bounded: nesting, the number of nodes, and the time, which grows with the
/// text's length alone.
public enum YAMLDocument {
  /// More nesting than any settings have.
  static let deepest = 16
  /// More lines than any settings have.
  static let mostNodes = 1 << 20

  /// The root of the text's one document; `nil` for a text without any, or with nothing in it.
  /// - Parameter path: what messages name.
  /// - Throws: one line with `path:line` for what is not YAML.
  public static func read(_ text: String, path: String) throws(OperatorFailure) -> YAMLNode? {
    do {
      let root = try parse(text)
      return root?.isNull ?? true ? nil : root
    } catch { throw OperatorFailure("\(path):\(error.line): not YAML: \(error.problem)", .configuration) }
  }

  /// The root of the text's one document; `nil` for a text without any.
  public static func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
    var text = text
    do {
      return try text.withUTF8 { bytes in
        var builder = TreeBuilder(try unsafe YAMLEvents(bytes))
        return try builder.document()
      }
    } catch let error as YAMLError { throw error } catch { throw YAMLError(line: 1, problem: "\(error)") }
  }

  /// Makes nodes of events.
  private struct TreeBuilder {
    private let events: YAMLEvents
    private var nodes = 0

    init(_ events: YAMLEvents) { self.events = events }

    mutating func document() throws(YAMLError) -> YAMLNode? {
      var root: YAMLNode?
      while true {
        let event = try events.next()
        switch event {
        case .streamEnd: return root
        case .documentStart where root != nil: throw YAMLError(line: events.line, problem: "a second document begins")
        case .documentStart, .documentEnd, .other: continue
        default: root = try node(event, depth: 0)
        }
      }
    }

    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws(YAMLError) -> YAMLNode {
      let start = events.line
      nodes += 1
      guard depth < YAMLDocument.deepest else { throw YAMLError(line: start, problem: "too deeply nested") }
      guard nodes <= YAMLDocument.mostNodes else { throw YAMLError(line: start, problem: "too many values") }
      switch event {
      case .scalar(let text, let isPlain): return YAMLNode(content: .scalar(text, isPlain: isPlain), line: start)
      case .sequenceStart: return YAMLNode(content: .sequence(try items(depth)), line: start)
      case .mappingStart: return YAMLNode(content: .mapping(try pairs(depth)), line: start)
      case .anchor: throw YAMLError(line: start, problem: "anchors and aliases are not taken")
      case .tag: throw YAMLError(line: start, problem: "tags (`!`) are not taken")
      case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamEnd, .other:
        throw YAMLError(line: start, problem: "it ends too soon")
      }
    }

    private mutating func items(_ depth: Int) throws(YAMLError) -> [YAMLNode] {
      var items: [YAMLNode] = []
      while true {
        let event = try events.next()
        if case .sequenceEnd = event { return items }
        items.append(try node(event, depth: depth + 1))
      }
    }

    private mutating func pairs(_ depth: Int) throws(YAMLError) -> [(name: YAMLNode, value: YAMLNode)] {
      var pairs: [(name: YAMLNode, value: YAMLNode)] = []
      var names: Set<String> = []
      while true {
        let event = try events.next()
        if case .mappingEnd = event { return pairs }
        let name = try node(event, depth: depth + 1)
        if let text = name.text, !names.insert(text).inserted {
          throw YAMLError(line: name.line, problem: "\(name.shownName) is set twice")
        }
        pairs.append((name, try node(try events.next(), depth: depth + 1)))
      }
    }
  }
}
