import Foundation
import TestSupport
import Testing

@Suite("What a program of the console alone is linked with")
struct LinkTests {
  @Test("neither libav nor any other library of media or the network")
  func libraries() async throws {
    let names = try await Tool.run("ldd", [Demo.path]).text
    #expect(names.contains("libncursesw"))
    for library in ["libav", "libswscale", "libswresample", "libasound", "libv4l", "libsrt", "libssl", "libcurl"] {
      #expect(!names.contains(library), "\(library) in \(names)")
    }
  }

  @Test("neither SwiftNIO nor the modules of media, network and service")
  func modules() throws {
    let program = try Data(contentsOf: URL(filePath: Demo.path), options: .mappedIfSafe)
    func holds(_ module: String) -> Bool { program.range(of: Data("$s\(module.utf8.count)\(module)".utf8)) != nil }
    #expect(holds("Console") && holds("Interface"))
    for module in ["NIOCore", "NIOPosix", "Packets", "Codec", "Capture", "Networking", "RTMP", "IVS", "Broadcast"] {
      #expect(!holds(module), "\(module)")
    }
  }
}
