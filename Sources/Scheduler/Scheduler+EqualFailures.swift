import SweepModel

// A run whose first jobs all fail in the same way stops starting more of them: a mistake in the sweep
// shall not cost every job all its retries.

/// The failures of a run that has no result yet, as long as all of them are alike.
struct EqualFailures: Sendable {
  private var text = ""
  private var jobs: Set<JobKey> = []
  private var failedTwice: Set<JobKey> = []
  private var hosts: [String] = []
  /// A job has succeeded, two have failed differently, or a person goes on: nobody looks any more.
  private var isOver = false

  /// Nothing is alike any more, or nobody wants to know.
  mutating func end() { self = EqualFailures(isOver: true) }

  private init(isOver: Bool) { self.isOver = isOver }

  init() {}

  /// Takes in a failure; how many jobs have failed so, once that is told for the first time.
  ///
  /// - Parameter again: whether jobs count once they have failed so for the second time.
  mutating func observe(
    _ key: JobKey, on host: String, _ message: String, limit: Int, again: Bool = false
  ) -> String? {
    guard !isOver, limit > 0 else { return nil }
    let words = withoutNumbers(message)
    guard text.isEmpty || text == words else {
      end()
      return nil
    }
    text = words
    if !jobs.insert(key).inserted { failedTwice.insert(key) }
    if !hosts.contains(host) { hosts.append(host) }
    guard (again ? failedTwice : jobs).count >= limit else { return nil }
    let place = hosts.count == 1 ? ", all on \(hosts[0])" : ""
    let count = jobs.count
    end()
    return "the first \(count) jobs have all failed in the same way\(place) (\(message))"
  }
}

extension Scheduler {
  private static let fewestEqualFailures = 4

  /// Holds everything back that waits once the first jobs have all failed in the same way.
  mutating func observeFailure(
    _ attempt: AttemptID, on worker: String, _ message: String, _ out: inout [Directive]
  ) {
    // Of a small sweep all must have failed twice: what passes in a moment hinders few jobs, too. Of very few
    // nobody can tell, and where nothing is retried nothing is left to be spared.
    let isLarge = jobs.count > 2 * settings.mostEqualFailures
    guard let index = indexByKey[attempt.job],
      isLarge
        || jobs.count >= Self.fewestEqualFailures && jobs[index].demand.retries.maximum > 0
    else { return }
    let reason = equalFailures.observe(
      attempt.job, on: worker, message, limit: min(settings.mostEqualFailures, jobs.count),
      again: !isLarge)
    guard let reason, !isPaused, !isDraining else { return }
    isPaused = true
    out.append(.paused(reason: reason))
  }
}
