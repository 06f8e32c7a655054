import SweepModel

// Machines that are lent for a time: what begins where, and what is too long for all of them.

extension Scheduler {
  /// How the reason begins for which a job is set aside that is longer than its machines are lent.
  public static let tooLong = "its machines are taken away before it can end"

  /// A job may need all of the time for which a machine is lent, but for a while at both ends.
  private static let wholeShare = 0.8

  /// The machine of an attempt is taken away: its worker begins nothing any more, unless it only tells
  /// what another one has left behind. How long it has lasted says something of a job that keeps nothing.
  mutating func noteEviction(_ index: Int, by worker: Int, at now: Double) {
    guard case .running(let running) = jobs[index].phase else { return }
    if !running.isBrought {
      workers[worker].isLeaving = true
      refresh(worker)
    }
    guard !running.hasProgressed, !running.isAdopted, !running.isBrought else { return }
    jobs[index].noteEviction(after: now - running.since)
  }

  /// When a job would be over that begins now, seconds, by its prediction and the run's pace, or by how
  /// long it has lasted in vain, twice that; at once where jobs go on elsewhere from their checkpoints,
  /// but for one that has kept none, or nobody knows how long it lasts.
  ///
  /// However long that is, it may try a machine that is lent anew: what was only learnt may be wrong.
  func endIfStarted(_ job: JobStatus, at now: Double) -> Double {
    guard costs != nil, !keepsCheckpoints || !job.outlived.isEmpty else { return now }
    let predicted = prediction(job.demand, threads: max(1, job.demand.needs.threads))
    let seconds = max((predicted ?? 0) * max(1, pace.median ?? 1), 2 * (job.outlived.first ?? 0))
    return now + min(seconds, Self.wholeShare * longestLending)
  }

  /// A round of assignment that left jobs over for which no machine is lent long enough.
  struct TimeLack: Sendable {
    /// What the least of them needs, seconds.
    let seconds: Double
    /// As things were then: jobs made ready so far, the most memory free on a worker, the run's pace.
    let readied: Int
    let memoryBytes: Int
    let pace: Double?
  }

  /// Nothing can begin, as in the round before: nothing became ready since, and no place that is free is
  /// there for long enough. It spares each event a walk over the jobs that wait for fresh machines.
  mutating func lacksTime(at now: Double) -> Bool {
    guard let lack = timeLack, lack.readied == readied, lack.pace == pace.median,
      places.greatest.free.memoryBytes <= lack.memoryBytes
    else { return false }
    return places.best(for: Amounts(), until: now + lack.seconds, except: nil) == nil
  }

  /// Remembers what a round has left over; nothing where that is not known of all of them.
  mutating func noteTimeLack(seconds: Double) {
    let isPlain = ready.kinds.count == 1 && ready.kinds[0].named.isEmpty
    timeLack = nil
    guard isPlain, seconds > 0, seconds.isFinite else { return }
    timeLack = TimeLack(
      seconds: seconds, readied: readied, memoryBytes: places.greatest.free.memoryBytes,
      pace: pace.median)
  }

  /// Why a job is set aside that had a machine three times for all of its time, and has kept nothing; nil
  /// while a machine is there that nobody takes away.
  func reasonOfLength(_ job: JobStatus) -> String? {
    guard job.outlived.count == 3, let least = job.outlived.last,
      least >= Self.wholeShare * longestLending,
      !workers.contains(where: {
        $0.mayTakeWork && $0.lentUntil == nil && $0.couldEverFit(job.demand)
      })
    else { return nil }
    return
      "\(Self.tooLong): three of its tries lasted \(Int(least)) s or longer and kept no checkpoint; "
      + "ask for machines for a longer `time`, or have it write checkpoints"
  }
}
