import Testing

@testable import ivs_broadcast

@Suite("A table of text")
struct TextTableTests {
  private let columns: [TextTable.Column] = [
    .init(title: "NAME", least: 5, wish: 12), .init(title: "KIND", importance: 0), .init(title: "ID"),
  ]
  private let rows = [["a-long-name", "one", "123"], ["b", "three", "4"]]

  private func lines(_ width: Int?, extra: [[String]] = []) -> [String] {
    let table = TextTable(columns, rows, width: width)
    return [table.header] + (rows + extra).map(table.line)
  }

  @Test("shows everything whole where it is no terminal's, rows that come later too")
  func whole() {
    #expect(
      lines(nil, extra: [["a-much-longer-name", "four", "5"]]) == [
        "NAME         KIND   ID", "a-long-name  one    123", "b            three  4", "a-much-longer-name  four   5",
      ])
  }

  @Test("with room keeps some for names that come later, and cuts those that are longer still")
  func room() {
    #expect(
      lines(80, extra: [["a-much-longer-name", "four", "5"]]) == [
        "NAME          KIND   ID", "a-long-name   one    123", "b             three  4", "a-much-long…  four   5",
      ])
  }

  @Test("cuts what may be cut before a column goes")
  func cuts() {
    #expect(lines(18) == ["NAME    KIND   ID", "a-lon…  one    123", "b       three  4"].map { $0 })
    #expect(lines(18).allSatisfy { $0.count <= 18 })
  }

  @Test("leaves the least important column out, and gives its room to the rest")
  func drops() { #expect(lines(16) == ["NAME         ID", "a-long-name  123", "b            4"]) }

  @Test("is never wider than the terminal, however narrow that is", arguments: 1...30)
  func narrow(width: Int) { for line in lines(width) { #expect(line.count <= width, "\(line)") } }

  @Test("a cell moves no cursor")
  func control() {
    let table = TextTable([.init(title: "NAME")], [["\u{1B}[2Jx"]], width: nil)
    #expect(table.line(["\u{1B}[2J\r\nx"]) == "?[2J?x")
  }

  @Test("large numbers are in groups", arguments: [(0, "0"), (999, "999"), (1200, "1,200"), (1_234_567, "1,234,567")])
  func groups(number: Int, text: String) { #expect(number.grouped == text) }
}
