internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
public import Settings

/// Asks a proxy's admin port.
public enum HealthQuestion {
  /// Returns where the answer is 200 within three seconds.
  public static func ask(_ url: String) async throws(OperatorFailure) {
    do {
      let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(3))
      guard response.status == .ok else {
        throw OperatorFailure("\(url) answered \(response.status)", .unavailable)
      }
    } catch {
      throw error as? OperatorFailure ?? OperatorFailure("\(url) does not answer (\(error))", .unavailable)
    }
  }
}
