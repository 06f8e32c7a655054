import Foundation
import Testing
import Transport

@testable import Coordinator

@Suite struct InboxTests {
  private func bytes(_ count: Int) -> Input {
    .link(host: 0, generation: 0, .received(Array(repeating: 7, count: count)))
  }

  /// Fills the inbox on a thread of its own.
  private func fill(_ inbox: Inbox, with inputs: [Input]) {
    Thread.detachNewThread { for input in inputs { inbox.put(input) } }
  }

  @Test func linkThatBringsMoreThanThereIsRoomFor_waits() {
    let inbox = Inbox(capacityBytes: 15)
    fill(inbox, with: (0..<100).map { _ in bytes(10) })
    var taken = 0
    while taken < 100 {
      let inputs = inbox.take(waiting: 60)
      #expect(inputs.count <= 2, "the second may go beyond the capacity, the third may not")
      guard !inputs.isEmpty else { break }
      taken += inputs.count
    }
    #expect(taken == 100)
  }

  @Test func interruptAndEnd_neverWaitForRoom() {
    let inbox = Inbox(capacityBytes: 1)
    inbox.put(bytes(10))
    inbox.put(.interrupt)
    inbox.put(.link(host: 0, generation: 0, .closed(nil)))
    #expect(inbox.take(waiting: 0).count == 3)
  }

  @Test func closedInbox_letsGoWhoeverWaits() {
    let inbox = Inbox(capacityBytes: 1)
    inbox.put(bytes(10))
    inbox.close()
    inbox.put(bytes(10))
    #expect(inbox.take(waiting: 0).count == 2)
  }

  @Test func gathering_losesNothing() {
    let inbox = Inbox()
    fill(inbox, with: (0..<1000).map { _ in bytes(10) })
    var taken = 0
    while taken < 1000 {
      let inputs = inbox.take(waiting: 60, gathering: 0.0001)
      guard !inputs.isEmpty else { break }
      taken += inputs.count
    }
    #expect(taken == 1000)
  }
}
