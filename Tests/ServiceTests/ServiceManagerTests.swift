import Testing

@testable import Service

@Suite("Telling the service manager")
struct ServiceManagerTests {
  @Test("there is one only where a socket is named", arguments: [nil, "", "relative", "vsock:2:1234"])
  func none(socket: String?) {
    let environment = socket.map { ["NOTIFY_SOCKET": $0] } ?? [:]
    #expect(ServiceManager(environment: environment, process: 1) == nil)
  }

  @Test(
    "its watchdog counts only for the process that it means",
    arguments: [
      (["WATCHDOG_USEC": "30000000"], Duration.seconds(30)),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(30)),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "0"], nil),
      (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
    ])
  func watchdog(variables: [String: String], expected: Duration?) throws {
    let environment = variables.merging(["NOTIFY_SOCKET": "@here"]) { $1 }
    #expect(try #require(ServiceManager(environment: environment, process: 7)).watchdogInterval == expected)
  }

  @Test("a status is one line, whatever is in it")
  func line() {
    #expect(ServiceManager.Message.status("LIVE\nREADY=1\r\nx").line == "STATUS=LIVE READY=1 x")
  }

  @Test("nobody listening is no error of the service", arguments: ["/nonexistent/notify", "@nobody-listens-here"])
  func nobody(socket: String) throws {
    let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket], process: 1))
    #expect(!manager.tell(.ready))
  }
}
