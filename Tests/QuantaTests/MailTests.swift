import Foundation
import Posix
import Testing
import Wire

/// Links through files: a pilot's worker and those who write to it, as on machines that share a folder alone.
@Suite(.timeLimit(.minutes(10))) struct MailTests {
  /// What is said to one pilot by one process.
  private final class Correspondent {
    private let process: Child
    private let orders: Descriptor
    private let reports: Descriptor
    private var decoder = FrameDecoder()

    init(_ arguments: [String]) throws {
      let (input, orders) = try makePipe()
      let (reports, output) = try makePipe()
      process = try Child(
        ["quanta-worker", "mail"] + arguments, program: Sandbox.workerPath, input: input,
        output: output)
      (self.orders, self.reports) = (orders, reports)
    }

    func send(_ order: Order) throws { try orders.writeAll(order.frame.bytes) }

    /// The next report but signs of life and those to whoever has to wait; nil at the end.
    func next() throws -> Report? {
      while true {
        while let frame = try decoder.next() {
          switch try Report(frame) {
          case nil, .heartbeat, .occupied: break
          case .some(let report): return report
          }
        }
        let bytes = try reports.readNext()
        guard !bytes.isEmpty else { return nil }
        decoder.append(bytes)
      }
    }

    var id: pid_t { process.process }

    func end() -> Child.Ending {
      orders.close()
      return process.wait()
    }
  }

  private static func with(
    _ body: (Sandbox, _ arguments: [String], _ pilot: Child) async throws -> Void
  ) async throws {
    try await Sandbox.with { sandbox in
      let arguments = [
        "--folder", "\(sandbox.folder)/shared", "--session", "s", "--hash", "h", "--pilot",
        "7_0.0.9",
      ]
      let log = try Descriptor(opening: "\(sandbox.folder)/log", O_WRONLY | O_CREAT)
      let pilot = try Child(
        ["quanta-worker", "serve"] + arguments + ["--ends", "\(time(nil) + 3600)"],
        program: Sandbox.workerPath, errors: log)
      try await sandbox.waitUntil("the pilot has a mailbox") {
        sandbox.exists("shared/sessions/s/mail/7_0.0.9")
      }
      try await body(sandbox, arguments, pilot)
    }
  }

  private static let run = Order.run(RunIdentity(store: "s", host: "h", process: 1))

  private static func isHello(_ report: Report?) -> Bool {
    if case .hello = report { true } else { false }
  }

  @Test func pilot_greets_andEndsWithoutATrace() async throws {
    try await Self.with { sandbox, arguments, pilot in
      let link = try Correspondent(arguments)
      try link.send(.hello(Order.Settings(heartbeatSeconds: 10, graceSeconds: 60)))
      try link.send(Self.run)
      #expect(Self.isHello(try link.next()))
      try link.send(.shutdown)
      #expect(try link.next() == nil)
      #expect(link.end().status == 0)
      #expect(pilot.wait().status == 0, "\(sandbox.text(of: "log"))")
      #expect(!sandbox.exists("shared/sessions/s"), "\(sandbox.files)")
    }
  }

  /// Whoever carries the letters may be killed at any moment: the next one is served.
  @Test func pilot_servesTheNext_whenItsCorrespondentIsKilled() async throws {
    try await Self.with { _, arguments, pilot in
      for _ in 0..<2 {
        let link = try Correspondent(arguments)
        try link.send(.hello(Order.Settings(heartbeatSeconds: 0.1, graceSeconds: 60)))
        try link.send(Self.run)
        #expect(Self.isHello(try link.next()))
        kill(link.id, SIGKILL)
        #expect(link.end().status != 0)
      }
      kill(pilot.process, SIGTERM)
      #expect(pilot.wait().status == 0)
    }
  }

  @Test func pilotThatIsNone_isSaid() async throws {
    try await Self.with { sandbox, arguments, pilot in
      let errors = try Descriptor(opening: "\(sandbox.folder)/errors", O_WRONLY | O_CREAT)
      let other = try Child(
        ["quanta-worker", "mail"] + arguments.dropLast() + ["7_1.0.9"],
        program: Sandbox.workerPath, errors: errors)
      #expect(other.wait().status != 0)
      #expect(sandbox.text(of: "errors").contains("the pilot 7_1.0.9 has no mailbox"))
      kill(pilot.process, SIGTERM)
      _ = pilot.wait()
    }
  }
}
