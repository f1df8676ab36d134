internal import Media
internal import Web

extension HTTPCaller {
  /// Sends a request again while the server is not there, or is too busy.
  /// - Parameters:
  ///   - attempts: in all, 1 or more.
  ///   - pause: between two of them.
  func call(_ request: HTTPRequest, attempts: Int, pause: Duration) async throws(HTTPFailure) -> HTTPAnswer {
    for _ in 0..<max(0, attempts - 1) {
      do throws(HTTPFailure) {
        let answer = try await call(request)
        guard answer.status >= 500 || answer.status == 429 else { return answer }
      } catch {
        guard error.isTransient else { throw error }
      }
      do { try await Task.sleep(for: pause) } catch { throw .cancelled }
    }
    return try await call(request)
  }
}

extension HTTPFailure {
  /// The reason; without the URL, which may hold a secret.
  var withoutURL: String {
    if case .invalidURL = self { return "its URL is none of a web service" }
    return description
  }
}
