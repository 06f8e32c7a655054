import Foundation
import Scheduler
import Store
import SweepModel
import Synchronization
import Testing
import Transport
import Wire

@testable import Coordinator

/// A worker that speaks version 1 of the protocol, by the bytes that this version wrote.
@Suite struct OlderWorkerTests {
  private static func frozen(_ name: String) throws -> [UInt8] {
    let tests = #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 }
    let path = "\(tests)/Corpus/wire/v1/\(name).frame"
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func workerOfTheFirstVersion_handsOverItsResultAndHearsThatItMayForgetIt() throws {
    try RecordedRun.with { coordinator, link in
      coordinator.serve(0, .received(try Self.frozen("report-hello")))
      coordinator.serve(0, .received(try Self.frozen("report-outcome-succeeded")))
      try coordinator.settle()
      let sent = link.take()
      let orders = try link.frames(sent)
      #expect(orders.allSatisfy { $0.version == 1 })
      let acknowledgement = try Self.frozen("order-acknowledge")
      #expect(orders.contains { $0.bytes == acknowledgement })
      #expect(try orders.contains { try Order($0) == .run(coordinator.identity) })
      for frame in orders {
        if case .start = try Order(frame) { Issue.record("new work for an older worker") }
      }
    }
  }

  @Test func workerOfThisVersion_isSpokenToInIt() throws {
    try RecordedRun.with { coordinator, link in
      #expect(try link.frames(link.take()).map(\.version) == [1])
      coordinator.hear(RecordedRun.hello)
      try coordinator.takeTurn()
      let orders = try link.frames(link.take())
      #expect(orders.contains { $0.version == Frame.protocolVersion })
      #expect(orders.allSatisfy { $0.version == Frame.protocolVersion })
    }
  }

  @Test func workerOfALaterVersion_isNamedAsSuch() throws {
    try RecordedRun.with { coordinator, _ in
      var bytes = Report.heartbeat.frame.bytes
      bytes[4] = 7
      coordinator.serve(0, .received(bytes))
      let failure = coordinator.hosts[0].failure
      #expect(failure?.message.contains("a worker of a newer Quanta") == true)
      #expect(failure?.message.contains("protocol version 7") == true)
      #expect(failure?.remedy.contains("run the sweep with that version") == true)
    }
  }
}
