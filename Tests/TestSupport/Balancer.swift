internal import Foundation

/// A load balancer on loopback: each new TCP connection goes to the port that was named last, and stays with it.
public final class Balancer: Sendable {
  /// The TCP port on 127.0.0.1.
  public let port: Int
  private let process: RunningProcess
  private let folder: TemporaryDirectory

  private static let script = """
    import socket, sys, threading
    def carry(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
        print("listening", flush=True)
        while True:
            client, _ = server.accept()
            with open(sys.argv[2], encoding="utf-8") as file:
                node = socket.create_connection(("127.0.0.1", int(file.read())))
            for ends in ((client, node), (node, client)):
                threading.Thread(target=carry, args=ends, daemon=True).start()
    """

  /// Starts it and waits until it listens.
  public init(to target: Int) async throws {
    folder = try TemporaryDirectory()
    port = try FreePort.find()
    let file = try folder.write("\(target)", to: "target")
    process = try RunningProcess("python3", ["-c", Self.script, "\(port)", file.path])
    try await process.waitForLine(containing: "listening", within: .seconds(10))
  }

  /// New connections go there.
  public func lead(to target: Int) throws { try folder.write("\(target)", to: "target") }
}
