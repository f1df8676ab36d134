/// The elements of a list that can be read; one that cannot, such as of a kind yet to come, does not hide the others.
struct ReadableElements<Element: Decodable & Sendable>: Decodable, Sendable {
  let elements: [Element]

  private struct Attempt: Decodable {
    let element: Element?
    init(from decoder: any Decoder) throws { element = try? Element(from: decoder) }
  }

  init(from decoder: any Decoder) throws { elements = try [Attempt](from: decoder).compactMap(\.element) }
}
