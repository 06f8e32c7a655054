import Ciphers
import Foundation
import Posix
import Testing
import Wire

/// One process on the login host for the links to all pilots: those that dial it, and the others by mail, as
/// on machines that share a folder alone.
@Suite(.timeLimit(.minutes(10))) struct RelayTests {
  private static let pilot = "7_0.0.9"
  private static let run = Order.run(RunIdentity(store: "s", host: "h", process: 1))

  /// Starts a pilot; one without a network sees the folder alone.
  private static func start(
    _ sandbox: Sandbox, name: String = Self.pilot, hasNetwork: Bool = true
  ) async throws -> Child {
    let log = try Descriptor(opening: "\(sandbox.folder)/log", O_WRONLY | O_CREAT | O_APPEND)
    let words =
      [Sandbox.workerPath, "serve"] + RelayUser.arguments(sandbox)
      + ["--pilot", name, "--ends", "\(time(nil) + 3600)"]
    let child = try Child(hasNetwork ? words : ["unshare", "-n"] + words, errors: log)
    try await sandbox.waitUntil("the pilot has a mailbox") {
      sandbox.exists("shared/sessions/s/mail/\(name)")
    }
    return child
  }

  private static func card(
    _ sandbox: Sandbox
  ) async throws -> (port: UInt16, key: SealingKey) {
    try await sandbox.waitUntil("the relay has a card") { Caller.card(sandbox) != nil }
    return try #require(Caller.card(sandbox))
  }

  /// Serves a coordinator to its end: greets, is told to end, and leaves nothing.
  private static func serve(
    _ user: RelayUser, _ way: String, _ pilot: Child, _ sandbox: Sandbox,
    mayLeaveLetters: Bool = false
  ) throws {
    let stream = try user.open(Self.pilot, until: way)
    try user.send(.hello(Order.Settings(heartbeatSeconds: 10, graceSeconds: 60)), on: stream)
    try user.send(run, on: stream)
    #expect(try user.isGreeted(on: stream))
    try user.send(.shutdown, on: stream)
    #expect(try user.next(on: stream) == nil)
    #expect(user.ends[stream] == "")
    #expect(pilot.wait().status == 0, "\(sandbox.text(of: "log"))")
    #expect(user.end().status == 0)
    #expect(!sandbox.exists("shared/sessions/s/relay"), "\(sandbox.files)")
    // Nobody takes what was said to relays that were killed.
    #expect(mayLeaveLetters || !sandbox.exists("shared/sessions/s/mail"))
  }

  @Test func pilotThatDials_greets_andEndsWithoutATrace() async throws {
    try await Sandbox.with { sandbox in
      let user = try RelayUser(sandbox)
      let pilot = try await Self.start(sandbox)
      _ = try await Self.card(sandbox)
      let mode =
        try FileManager.default.attributesOfItem(
          atPath: "\(sandbox.folder)/shared/sessions/s/relay")[.posixPermissions] as? Int
      #expect(mode == 0o700)
      try Self.serve(user, "dialled", pilot, sandbox)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "makes a network of its own"))
  func pilotThatCannotDial_goesByMail_throughTheSameRelay() async throws {
    try await Sandbox.with { sandbox in
      let user = try RelayUser(sandbox)
      let pilot = try await Self.start(sandbox, hasNetwork: false)
      try Self.serve(user, "mail", pilot, sandbox)
    }
  }

  @Test func relayThatMayNotBeDialled_hasNoCard_andCarriesMail() async throws {
    try await Sandbox.with { sandbox in
      let pilot = try await Self.start(sandbox)
      let user = try RelayUser(sandbox, verb: "mail")
      let other = try user.open("7_1.0.9")
      while user.ends[other] == nil { try user.turn() }
      #expect(user.ends[other]?.contains("the pilot 7_1.0.9 has no mailbox in ") == true)
      #expect(!sandbox.exists("shared/sessions/s/relay"))
      try Self.serve(user, "mail", pilot, sandbox)
    }
  }

  /// A relay may be killed at any moment: the next one is dialled, and what the dead one left is gone.
  @Test(arguments: ["dialled", "mail"])
  func pilot_isServedByTheNext_whenItsRelayIsKilled(way: String) async throws {
    try await Sandbox.with { sandbox in
      let pilot = try await Self.start(sandbox)
      let verb = way == "mail" ? "mail" : "relay"
      for _ in 0..<2 {
        let user = try RelayUser(sandbox, verb: verb)
        let stream = try user.open(Self.pilot, until: way)
        try user.send(.hello(Order.Settings(heartbeatSeconds: 0.1, graceSeconds: 60)), on: stream)
        try user.send(Self.run, on: stream)
        #expect(try user.isGreeted(on: stream))
        kill(user.process.process, SIGKILL)
        #expect(user.end().signal == SIGKILL)
      }
      try Self.serve(
        RelayUser(sandbox, verb: verb), way, pilot, sandbox, mayLeaveLetters: way == "mail")
    }
  }

  /// Whoever has not the key gets a number and is hung up on, and pilots are served meanwhile.
  @Test func strangers_areRefused_andHarmNobody() async throws {
    try await Sandbox.with { sandbox in
      let user = try RelayUser(sandbox)
      let card = try await Self.card(sandbox)
      let halfOpen = try (0..<80).map { _ in try Caller(port: card.port) }
      let rude = try Caller(port: card.port)
      try rude.socket.writeAll(Array("GET / HTTP/1.1\r\nHost: login\r\n\r\n".utf8))
      #expect(try rude.rest().count == 24)
      var wrong = SealedStream(pilot: Self.pilot, key: .random())
      let stranger = try Caller(port: card.port)
      while wrong.outgoing.isEmpty { _ = try wrong.receive(stranger.socket.readNext(1)) }
      try stranger.socket.writeAll(wrong.takeOutgoing())
      #expect(try stranger.rest().isEmpty)
      // What a pilot said is nothing when somebody else says it again.
      let first = try Caller(port: card.port)
      var stream = SealedStream(pilot: Self.pilot, key: card.key)
      while stream.outgoing.isEmpty { _ = try stream.receive(first.socket.readNext(1)) }
      let introduction = stream.takeOutgoing()
      try first.socket.writeAll(introduction)
      while !stream.isOpen { _ = try stream.receive(first.socket.readNext(1)) }
      let replay = try Caller(port: card.port)
      try replay.socket.writeAll(introduction)
      #expect(try replay.rest().count == 24)
      let channel = try user.open(Self.pilot, until: "dialled")
      try user.send([1, 2, 3], on: channel)
      var heard: [[UInt8]] = []
      while heard.count < 2 { heard += try stream.receive(first.socket.readNext()) }
      #expect(heard == [[], [1, 2, 3]])
      // The eldest of too many went at once.
      #expect(try halfOpen[0].rest().count == 24)
      first.socket.close()
      while user.ends[channel] == nil { try user.turn() }
      #expect(user.end().status == 0)
    }
  }

  @Test func pilotThatDoesNotRead_holdsUpNoOther() async throws {
    try await Sandbox.with { sandbox in
      let user = try RelayUser(sandbox)
      let card = try await Self.card(sandbox)
      let (stuck, _) = try Caller.pilot("8_0.0.9", card)
      let silent = try user.open("8_0.0.9", until: "dialled")
      try user.send([UInt8](repeating: 7, count: 32 << 20), on: silent)
      let pilot = try await Self.start(sandbox)
      let stream = try user.open(Self.pilot, until: "dialled")
      try user.send(.hello(Order.Settings(heartbeatSeconds: 0.1, graceSeconds: 60)), on: stream)
      #expect(try user.isGreeted(on: stream))
      #expect(user.waiting(on: silent) > 16 << 20)
      stuck.socket.close()
      try user.close(stream)
      try Self.serve(user, "dialled", pilot, sandbox, mayLeaveLetters: true)
    }
  }

  @Test func manyPilots_areCarriedByOneProcess() async throws {
    try await Sandbox.with { sandbox in
      let user = try RelayUser(sandbox)
      let card = try await Self.card(sandbox)
      var pilots: [(Caller, SealedStream)] = []
      for index in 0..<200 { pilots.append(try Caller.pilot("9_\(index).0.1", card)) }
      let streams = try (0..<200).map { try user.open("9_\($0).0.1", until: "dialled") }
      for (index, stream) in streams.enumerated() {
        try user.send(Array("order \(index)".utf8), on: stream)
      }
      for index in pilots.indices {
        var heard: [UInt8] = []
        while heard.isEmpty {
          heard += try pilots[index].1.receive(pilots[index].0.socket.readNext()).joined()
        }
        #expect(heard == Array("order \(index)".utf8))
      }
      let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
        let line = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data()
        return String(decoding: line, as: UTF8.self).contains("\(sandbox.folder)/shared")
      }
      #expect(processes == ["\(user.process.process)"])
    }
  }
}
