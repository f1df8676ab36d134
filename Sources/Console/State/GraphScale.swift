/// How much time a column of the bitrate graph stands for.
public enum GraphScale: String, CaseIterable, Hashable, Sendable {
  case second = "1s"
  case tenSeconds = "10s"
  case minute = "1min"

  /// In nanoseconds.
  var nanoseconds: Int64 {
    switch self {
    case .second: 1_000_000_000
    case .tenSeconds: 10_000_000_000
    case .minute: 60_000_000_000
    }
  }

  var title: String {
    switch self {
    case .second: "1 s"
    case .tenSeconds: "10 s"
    case .minute: "1 min"
    }
  }

  /// The next one, around.
  var next: GraphScale {
    switch self {
    case .second: .tenSeconds
    case .tenSeconds: .minute
    case .minute: .second
    }
  }
}
