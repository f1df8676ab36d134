import Testing

@testable import ivs_broadcast

@Suite("Settings under their options' names") struct OptionNamesTests {
  @Test("what the modules call by a setting's name is an option on a command line") func names() {
    #expect(
      "lower `video-bitrate`, or try another `video` size".namingOptions
        == "lower --video-bitrate, or try another --video size")
    #expect("give the key with `stream-key-file`".namingOptions == "give the key with --stream-key-file")
  }

  @Test("commands and words in backticks stay") func others() {
    for text in [
      "run `aws sso login --profile venue`", "`fuser -v /dev/video0` shows which", "lines of `name: value`", "plain",
    ] {
      #expect(text.namingOptions == text)
    }
  }
}
