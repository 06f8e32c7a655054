import Batch
import Testing

@testable import Simulator

/// Worlds in which a batch system lends machines.
@Suite struct PilotTests {
  /// Seeds whose world has one.
  private static func seeds(_ count: Int) -> [UInt64] {
    Array((0 as UInt64..<1000).lazy.filter { Scenario(seed: $0).lending != nil }.prefix(count))
  }

  /// 15, 20: a worker that should have left while its job was still to be killed never slept. 18: where a
  /// limit forbade so many allocations, none was ever lent.
  /// 709: a pilot that told of an eviction another one had left behind got nothing for the rest of its time.
  /// 7281: losses counted that came before the news that the batch system had ended the allocation. 6270: a job
  /// that ends its worker ended one allocation after the other for ever, as nobody said why they ended.
  /// 629: the same beside allocations that came anew, each of which might have shown that the job is not to
  /// blame. 19489: more were asked for in the turn in which the system was asked what there is. 18811: two
  /// answers that told of nothing were taken for failures in a row, and the run went on without machines.
  /// 19504: a machine idled behind jobs that needed more time than others were lent for. 41697: a failure was
  /// laid on the machine that brought it, so that a job had failed on two. 48098: one that the system had
  /// begun anew was believed to be over. What was taken for a mistake was none in 12013 (a lease that only
  /// books a result), 18602 (an overtaken attempt whose host is not yet known to be gone), 21461 (a job
  /// shorter than the time between two looks), 30751 (what was not called off as there were too many calls),
  /// and 7343 (evictions that an earlier coordinator has seen).
  @Test(arguments: [
    15, 18, 20, 629, 709, 6270, 7281, 7343, 12013, 18602, 18811, 19489, 19504, 21461,
    30751, 41697, 48098 as UInt64,
  ])
  func seed_thatShowedAMistake_breaksNoPromise(seed: UInt64) {
    #expect(Scenario(seed: seed).lending != nil)
    #expect(Simulation.run(seed: seed).violations == [])
  }

  /// Simulates seeds until one breaks a promise.
  private func expect(
    _ checker: String, within count: Int,
    _ change: @escaping (inout PilotBook.Settings) -> Void,
    location: SourceLocation = #_sourceLocation
  ) {
    var parts = Parts()
    parts.pilots = { book in
      var settings = book.settings
      change(&settings)
      return PilotBook(settings, of: .simulated)
    }
    for seed in Self.seeds(count) {
      let found = Simulation.run(Scenario(seed: seed), seed: seed, parts: parts).violations
      guard let first = found.first else { continue }
      #expect(first.hasPrefix(checker), "seed \(seed): \(first)", sourceLocation: location)
      return
    }
    Issue.record("\(count) seeds found nothing", sourceLocation: location)
  }

  @Test func tooManyAllocations_areFound() {
    expect("AllocationChecker", within: 100) { $0.count += 1 }
  }

  @Test func tooManyQuestions_areFound() {
    expect("CallChecker", within: 20) { $0.busyPause = 20 }
  }

  @Test func poolThatIsNeverAskedAgain_isFound() {
    expect("EndingChecker", within: 100) { $0.patience = [1e9, 1e9] }
  }
}
