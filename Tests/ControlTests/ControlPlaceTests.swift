import Testing

@testable import Control

@Suite("Where control sockets are")
struct ControlPlaceTests {
  @Test(
    "the user's runtime directory, else the service's, else one in /tmp",
    arguments: [
      (["XDG_RUNTIME_DIR": "/run/user/7"], "/run/user/7/ivs-broadcast", true),
      (["XDG_RUNTIME_DIR": "/run/user/7", "RUNTIME_DIRECTORY": "/run/kiosk"], "/run/user/7/ivs-broadcast", true),
      (["RUNTIME_DIRECTORY": "/run/kiosk:/run/other"], "/run/kiosk", false), ([:], "/tmp/ivs-broadcast-7", true),
      (["XDG_RUNTIME_DIR": "relative", "RUNTIME_DIRECTORY": ""], "/tmp/ivs-broadcast-7", true),
    ] as [([String: String], String, Bool)])
  func directory(environment: [String: String], directory: String, isOwn: Bool) {
    let place = ControlPlace(environment: environment, user: 7)
    #expect(place.directory == directory && place.isOwn == isOwn)
    #expect(place.searched.contains(directory))
  }

  @Test("a client looks where services and other logins of its user are too, each place once")
  func searched() {
    let place = ControlPlace(environment: ["XDG_RUNTIME_DIR": "/run/user/7"], user: 7)
    #expect(place.searched == ["/run/user/7/ivs-broadcast", "/run/ivs-broadcast", "/tmp/ivs-broadcast-7"])
    #expect(
      ControlPlace(environment: [:], user: 7).searched
        == ["/run/ivs-broadcast", "/run/user/7/ivs-broadcast", "/tmp/ivs-broadcast-7"])
  }

  @Test("who has a runtime directory of their own is not told of the broadcasters of other logins")
  func own() {
    let place = ControlPlace(environment: ["XDG_RUNTIME_DIR": "/tmp/lab"], user: 7)
    #expect(place.searched == ["/tmp/lab/ivs-broadcast", "/run/ivs-broadcast"])
  }

  @Test(
    "only sockets of broadcasters are looked at",
    arguments: [
      ("control.sock", true), ("control-4711.sock", true), ("control-.sock", false), ("control-kiosk.sock", true),
      ("control1.sock", false), ("notes.sock", false), ("control.sock.txt", false),
    ])
  func names(name: String, isSocket: Bool) { #expect(ControlPlace.isSocketName(name) == isSocket) }

  @Test("a broadcaster obeys its own user and root; a client believes its own user and root, and root believes all")
  func peers() {
    func peer(_ user: UInt32) -> SocketPeer { SocketPeer(process: 1, user: user) }
    #expect(peer(7).mayControl(7) && peer(0).mayControl(7) && peer(0).mayControl(0))
    #expect(!peer(8).mayControl(7) && !peer(7).mayControl(0))
    #expect(peer(7).mayAnswer(7) && peer(0).mayAnswer(7) && peer(7).mayAnswer(0))
    #expect(!peer(8).mayAnswer(7))
  }
}
