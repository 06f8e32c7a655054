import LabSupport
import Posix
import Synchronization
import Testing

@testable import Transport

@Suite struct StartGateTests {
  @Test func enter_placeFull_waitsUntilOneLeaves() async {
    let gate = StartGate()
    for _ in 0..<StartGate.limit {
      #expect(gate.enter("a", outbox: Outbox(), until: Deadline(secondsFromNow: 60)))
    }
    #expect(gate.enter("b", outbox: Outbox(), until: Deadline(secondsFromNow: 60)))
    async let ninth = detached {
      gate.enter("a", outbox: Outbox(), until: Deadline(secondsFromNow: 60))
    }
    gate.leave("a")
    #expect(await ninth)
    #expect(gate.count("a") == StartGate.limit)
  }

  @Test func enter_ownerAsksForTheEnd_returnsWithoutAPlace() async {
    let gate = StartGate()
    for _ in 0..<StartGate.limit {
      _ = gate.enter("a", outbox: Outbox(), until: Deadline(secondsFromNow: 60))
    }
    let outbox = Outbox()
    async let late = detached {
      gate.enter("a", outbox: outbox, until: Deadline(secondsFromNow: 60))
    }
    outbox.requestClose()
    #expect(await late == false)
    #expect(gate.enter("a", outbox: Outbox(), until: Deadline(secondsFromNow: 0)) == false)
  }

  @Test func enter_manyThreads_neverMoreThanTheLimitInside() async {
    let gate = StartGate()
    let inside = Occupancy()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          await detached {
            guard gate.enter("a", outbox: Outbox(), until: Deadline(secondsFromNow: 60)) else {
              return
            }
            inside.enter()
            inside.leave()
            gate.leave("a")
          }
        }
      }
    }
    #expect(inside.most <= StartGate.limit)
    #expect(gate.count("a") == 0)
  }
}

/// Counts how many are inside at a time.
private final class Occupancy: Sendable {
  private let state = Mutex((now: 0, most: 0))

  var most: Int { state.withLock { $0.most } }

  func enter() {
    state.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
  }

  func leave() {
    state.withLock { $0.now -= 1 }
  }
}
