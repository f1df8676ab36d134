import Settings
import Testing

@Suite("Settings under a program's option names") struct OptionNamesTests {
  private let options = OptionNames(["listen", "log-level"])

  @Test(
    "a setting that is an option is named as one; other settings, values and commands stay",
    arguments: [
      ("`listen`: 'x' is not HOST:PORT", "--listen: 'x' is not HOST:PORT"),
      ("lower `log-level`, or give `listen`", "lower --log-level, or give --listen"),
      ("give `tokens`, or `listen: 127.0.0.1:80`", "give `tokens`, or `listen: 127.0.0.1:80`"),
      ("run `token add`", "run `token add`"), ("settings.yaml:3: listen: wrong", "settings.yaml:3: listen: wrong"),
    ])
  func names(text: String, shown: String) { #expect(options.applied(to: text) == shown) }
}
