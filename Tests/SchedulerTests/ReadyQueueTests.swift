import Basics
import SweepModel
import Testing

@testable import Scheduler

/// The queue against a list that is looked through.
@Suite struct ReadyQueueTests {
  private struct Entry {
    let job: Int
    let shuns: Int?
  }

  @Test(arguments: [1, 2, 3, 7, 64, 100], [1, 2, 3 as UInt64])
  func anyQuestion_isAnsweredAsByALookAtAll(jobs: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let needs = (0..<jobs).map { _ in
      Amounts(threads: 1, memoryBytes: random.integer(0...8))
    }
    let costs = (0..<jobs).map { _ in Double(random.integer(0...20)) }
    var queue = ReadyQueue(zip(costs, needs).map { ($0, $1) })
    var entries: [Entry] = []
    for _ in 0..<400 {
      let job = random.integer(0...jobs - 1)
      if let place = entries.firstIndex(where: { $0.job == job }) {
        queue.remove(job)
        entries.remove(at: place)
      } else {
        let shuns = random.chance(0.7) ? random.integer(0...3) : nil
        queue.insert(job, shunning: shuns)
        entries.append(Entry(job: job, shuns: shuns))
      }
      let (bytes, most, worker) = (
        random.integer(-1...9), random.integer(-1...9), random.integer(0...3)
      )
      func longest(_ condition: (Entry) -> Bool) -> Int? {
        entries.filter(condition).map(\.job)
          .min { costs[$0] != costs[$1] ? costs[$0] > costs[$1] : $0 < $1 }
      }
      #expect(queue.count == entries.count)
      #expect(
        queue.longest(0, memoryAtMost: bytes) == longest { needs[$0.job].memoryBytes <= bytes })
      #expect(
        queue.longest(0, memoryAtMost: bytes, notShunning: worker)
          == longest { needs[$0.job].memoryBytes <= bytes && $0.shuns != worker })
      #expect(
        queue.longest(0, memoryAbove: bytes, atMost: most)
          == longest { (bytes + 1..<max(bytes + 1, most + 1)).contains(needs[$0.job].memoryBytes) })
    }
  }
}
