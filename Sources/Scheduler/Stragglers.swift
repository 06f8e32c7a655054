import SweepModel

// Second attempts for stragglers.
//
// A job has one lease. When its attempt lasts far longer than its prediction makes one expect, no
// job waits, and another worker has room, the lease goes over to a second attempt there; the first
// goes on without one, in its place. If the second finishes first, the first is stopped. If the
// first does, its result is in hand and sound: a third lease is granted to it and used up at once.
// If the second fails, nothing is decided before the first has ended; another one may overtake it.

/// How long attempts last against their predictions.
struct Pace: Sendable {
  /// The latest quotients, of a run's accepted attempts.
  private var quotients: [Double] = []
  private var oldest = 0
  /// Jobs looked at so far.
  var work = 0

  private static let kept = 31
  /// Attempts below which nothing is expected.
  private static let fewest = 3

  mutating func observe(_ quotient: Double) {
    guard quotients.count == Self.kept else { return quotients.append(quotient) }
    quotients[oldest] = quotient
    oldest = (oldest + 1) % Self.kept
  }

  /// Their median; nil before there are enough.
  var median: Double? {
    guard quotients.count >= Self.fewest else { return nil }
    return quotients.sorted()[quotients.count / 2]
  }
}

extension Scheduler {
  /// Nobody waits for a place and there are places: the time to look for stragglers.
  var mayHaveStragglers: Bool {
    openJobs > 0 && ready.count + choosy.count == 0 && places.greatest.free.threads > 0
      && !isDraining && !isPaused && !hasEnded && settings.stragglerFactor < .infinity
  }

  /// Takes in how long an accepted attempt lasted, if it did the whole job and was not over in a moment:
  /// those have waited on their worker.
  mutating func observePace(_ index: Int, at now: Double) {
    guard case .running(let running) = jobs[index].phase, running.attempt.number == 1,
      !running.isAdopted, running.lasts
    else { return }
    let threads = running.allocation.amounts.threads
    guard let predicted = prediction(jobs[index].demand, threads: threads), predicted > 0 else {
      return
    }
    pace.observe((now - running.since) / predicted)
  }

  /// How long a job should take by the clock, seconds; nil while nobody knows.
  func prediction(_ demand: JobDemand, threads: Int) -> Double? {
    demand.cpuSeconds.map { $0 / Double(max(1, min(threads, demand.usefulThreads))) }
  }

  /// Looks at what runs, at most once a lease's length, so that the last jobs of a large run cost
  /// little each.
  mutating func overtakeStragglers(at now: Double, _ out: inout [Directive]) {
    guard mayHaveStragglers, now >= nextLook else { return }
    nextLook = now + settings.leaseSeconds
    guard let median = pace.median else { return }
    for worker in workers.indices {
      for entry in workers[worker].unleased {
        pace.work += 1
        if let index = indexByKey[entry.attempt.job],
          case .outpaced(let message, let until) = jobs[index].phase, until <= now,
          jobs[index].overtaken?.attempt == entry.attempt, reasonToFail(index, message) == nil,
          let other = placeToOvertake(index, on: worker)
        {
          start(index, on: other, at: now, &out)
        }
      }
      for index in workers[worker].running {
        pace.work += 1
        guard places.greatest.free.threads > 0 else { return }
        if isStraggler(index, median, at: now) { overtake(index, on: worker, at: now, &out) }
      }
    }
  }

  private func isStraggler(_ index: Int, _ median: Double, at now: Double) -> Bool {
    guard case .running(let running) = jobs[index].phase, !running.isStopping,
      jobs[index].overtaken == nil,
      let predicted = prediction(
        jobs[index].demand, threads: running.allocation.amounts.threads)
    else { return false }
    let expected = median * predicted
    return now - running.since
      > settings.leaseSeconds + settings.stragglerFactor * max(expected, settings.leaseSeconds)
  }

  private mutating func overtake(
    _ index: Int, on worker: Int, at now: Double, _ out: inout [Directive]
  ) {
    guard case .running(let running) = jobs[index].phase,
      let other = placeToOvertake(index, on: worker)
    else { return }
    release(index)
    jobs[index].overtaken = (running.attempt, running.worker)
    let message =
      "has run for \(Int(now - running.since)) s on \(running.worker), far longer than predicted: "
      + "another attempt starts on \(workers[other].name), and whichever ends first counts"
    out.append(.ledger(.ended(running.attempt, .cancelled, message: message)))
    out.append(.note("job \(running.attempt) \(message)"))
    start(index, on: other, at: now, &out)
  }

  /// Another worker with room on which the job has not failed.
  private mutating func placeToOvertake(_ index: Int, on worker: Int) -> Int? {
    let demand = jobs[index].demand
    let other = places.best(for: demand.least, except: worker)
    guard let other, jobs[index].failedWorker != workers[other].name else { return nil }
    return other
  }

  /// An overtaken attempt has a result before the one that overtook it.
  mutating func finishOvertaken(_ index: Int, _ out: inout [Directive]) {
    guard let (attempt, worker) = jobs[index].overtaken else { return }
    jobs[index].overtaken = nil
    switch jobs[index].phase {
    case .ready: unqueue(index)
    case .unchosen, .delayed, .outpaced: break
    case .running(let running):
      release(index)
      let message = "attempt \(attempt.number), which it overtook, ended first"
      out.append(.ledger(.ended(running.attempt, .cancelled, message: message)))
      out.append(.stop(worker: running.worker, running.attempt))
    case .done, .closed: return
    }
    let again = nextAttempt(index)
    finish(index)
    out.append(.copyResult(of: attempt, to: again))
    out.append(.ledger(.leased(again, worker: worker)))
    out.append(.ledger(.accepted(again)))
  }

  /// Ends an overtaken attempt that can no longer be of use.
  mutating func stopOvertaken(_ index: Int, _ out: inout [Directive]) {
    guard let (attempt, worker) = jobs[index].overtaken else { return }
    jobs[index].overtaken = nil
    out.append(.stop(worker: worker, attempt))
  }
}
