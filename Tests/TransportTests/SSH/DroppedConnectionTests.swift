import Glibc
import LabSupport
import Posix
import SweepModel
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(10))) struct DroppedConnectionTests {
  @Test func open_peerHangsUpOnEveryGreeting_isTriedFourTimes() async throws {
    let listener = try #require(Listener())
    async let accepted = detached { listener.hangUp(times: 4) }
    let address = SSHAddress(host: "127.0.0.1", port: listener.port, configFile: "/dev/null")
    let host = HostSpec(name: "node", access: .ssh(address))
    let failure = try await failureOfOpening(HostTransport(host))
    #expect(failure.code == .unreachable)
    #expect(failure.message.contains("the SSH handshake fails"))
    #expect(failure.remedy.contains("MaxStartups"))
    #expect(await accepted == 4)
    #expect(!listener.hasWaiting, "there is no fifth try")
  }
}

/// A listening socket on loopback that hangs up on whoever calls.
private final class Listener: Sendable {
  let port: Int
  private let descriptor: Int32

  init?() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, pointer, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    if !result { return nil }
  }

  deinit {
    close(descriptor)
  }

  /// Accepts callers and hangs up on each; returns how many there were.
  func hangUp(times: Int) -> Int {
    for count in 0..<times {
      let caller = accept(descriptor, nil, nil)
      if caller < 0 { return count }
      close(caller)
    }
    return times
  }

  /// True when somebody waits to be accepted.
  var hasWaiting: Bool {
    var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    return waitForEvents(&descriptors, until: Deadline(secondsFromNow: 0))
  }
}
