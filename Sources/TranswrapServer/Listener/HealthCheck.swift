internal import NIOPosix
public import Settings
internal import Web

/// Asks a proxy's admin port.
public enum HealthCheck {
  /// Returns where the answer is 200 within three seconds.
  public static func ask(_ url: String) async throws(OperatorFailure) {
    let status: Int
    do throws(HTTPFailure) { status = try await self.status(url) } catch {
      throw OperatorFailure(
        "\(url) does not answer (\(error))",
        "check that the proxy runs with `admin-listen` (it has none by default), and give its address with --url",
        .unavailable)
    }
    guard status == 200 else { throw OperatorFailure("\(url) answered \(status)", .unavailable) }
  }

  private static func status(_ url: String) async throws(HTTPFailure) -> Int {
    let client = try WebClient(caFile: nil, group: MultiThreadedEventLoopGroup.singleton)
    do throws(HTTPFailure) {
      let status = try await client.call(HTTPRequest("GET", url, limit: .seconds(3))).status
      await client.close()
      return status
    } catch {
      await client.close()
      throw error
    }
  }
}
