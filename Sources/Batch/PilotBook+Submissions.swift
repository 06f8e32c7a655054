import SweepModel

// What becomes of what the system was asked for.

extension PilotBook {
  /// The system has taken a submission.
  public mutating func submitted(job: Int, count: Int, at now: Double) {
    submitted((0..<count).map { PilotName(job: job, index: $0) }, at: now)
  }

  /// The system has taken a submission of these.
  public mutating func submitted(_ names: [PilotName], at now: Double) {
    isSubmitting = false
    isLimited = false
    (refusals, refusal) = (0, nil)
    mostAtOnce = max(mostAtOnce, 2 * min(mostAtOnce, settings.largestArray))
    changedAt = now
    nextSubmission = now + 10
    for name in names { put(Pilot(since: now), name) }
  }

  /// A submission could not be tried now, or nobody has answered: it may have come all the same, and nothing
  /// is asked for before the system has said what there is.
  public mutating func postponed(mayHaveCome: Bool, at now: Double) {
    isSubmitting = false
    nextSubmission = now + 10
    if mayHaveCome { unsureSince = now }
  }

  /// The system has refused a submission.
  public mutating func refused(_ output: String, at now: Double) -> [Effect] {
    refused(system.refusal(output), at: now)
  }

  /// The same in words that have been read.
  mutating func refused(
    _ words: (sentence: String, saying: BatchSystem.Saying), at now: Double
  ) -> [Effect] {
    isSubmitting = false
    let (sentence, saying) = words
    refusal = sentence
    if saying.asksTooMany, asked > 1 {
      // Arrays are smaller there, by a number that it does not tell.
      settings.largestArray = asked / 2
      nextSubmission = now
      return []
    }
    if !excluded.isEmpty, saying.lacksNodes {
      // Every node has lost something by now.
      losses = [:]
      nextSubmission = now + 10
      return []
    }
    if saying.isSilence {
      postponed(mayHaveCome: true, at: now)
      return notedReasons.insert(sentence).inserted ? [.note(sentence)] : []
    }
    let isLimit = saying.isLimit
    if isLimit, asked > 1 {
      mostAtOnce = asked / 2
      nextSubmission = now
      return []
    }
    isLimited = isLimit
    if !isLimit { unsureSince = now }
    // Where some have come, it is no matter of whether any will.
    let counts = !isLimit || pilots.isEmpty || refusals == 0
    if counts { refusals += 1 }
    nextSubmission = now + pause(after: isLimit && !pilots.isEmpty ? 2 : refusals)
    guard !saying.isFinal, refusals < settings.mostRefusals else { return settle(sentence) }
    return counts && refusals == 1 ? [.note(sentence)] : []
  }

  func pause(after failures: Int) -> Double {
    settings.patience[min(failures, settings.patience.count - 1)]
  }

  mutating func settle(_ sentence: String) -> [Effect] {
    guard !isSettled else { return [] }
    settledBecause = sentence
    return [.note("no more machines are asked for: \(sentence)"), .settle]
  }
}
