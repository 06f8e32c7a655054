import SweepModel

// What the system tells of the allocations that there are.

extension PilotBook {
  /// The state of an allocation of which the system tells no more.
  static let goneState = "gone from the queue"

  /// The system was asked for the state of all, and has said something else, such as that it does not answer.
  public mutating func unheard(_ output: String) -> [Effect] {
    guard !isUnheard else { return [] }
    isUnheard = true
    let sentence = system.refusal(output).sentence
    refusal = sentence
    return [.note(sentence)]
  }

  /// The system has told of all allocations of the pool, in answer to a question at a time.
  public mutating func heard(_ entries: [QueueEntry], asked: Double, at now: Double) -> [Effect] {
    hasAsked = true
    if isUnheard { (isUnheard, refusal) = (false, nil) }
    // Where there was something, nothing is told by a system, too, that has forgotten it for a moment.
    let isDoubtful = entries.isEmpty && !wasEmpty && pilots.values.contains { $0.since < asked }
    wasEmpty = isDoubtful
    guard !isDoubtful else { return [] }
    if let since = unsureSince, since <= asked { unsureSince = nil }
    let told = Dictionary(entries.map { ($0.pilot, $0) }) { first, _ in first }
    for entry in entries where pilots[entry.pilot] == nil { find(entry, asked: asked, at: now) }
    gone = gone.filter { $0.value.goneAt > asked }
    var effects = callOffHopeless(told, at: now)
    var hasVanished = false
    let before = stillborn
    defer { if stillborn > before { stillbornTimes += 1 } }
    for id in pilots.keys.sorted() {
      guard let pilot = pilots[id] else { continue }
      if let entry = told[id] {
        effects += follow(id, entry, asked: asked, at: now)
      } else if pilot.since < asked, !pilot.isLinked {
        // Where nothing at all is told, all may have one cause: they are no failures in a row.
        let isCounted = !entries.isEmpty || !hasVanished
        hasVanished = true
        effects += bury(id, .failed, as: Self.goneState, isCounted: isCounted, at: now)
      }
    }
    // What one has printed speaks for all that an answer tells of.
    var hasTold = false
    return effects.filter { effect in
      guard case .tellOutput = effect else { return true }
      defer { hasTold = true }
      return !hasTold
    }
  }

  /// An allocation that nobody here has asked for, or that is not gone after all.
  private mutating func find(_ entry: QueueEntry, asked: Double, at now: Double) {
    guard [.pending, .running, .suspended].contains(entry.phase) else { return }
    guard let known = gone[entry.pilot] else { return put(Pilot(since: now), entry.pilot) }
    // One that had begun and waits was begun anew, whenever it was taken for gone.
    let isRequeued = entry.phase == .pending && known.hasBegun && known.beganAt < asked
    guard known.goneAt < asked || isRequeued else { return }
    var pilot = known
    // What waits again has another life before it, whatever the last one has left behind.
    if let life = known.name, entry.phase == .pending { pilot.firstRestarts = life.restarts + 1 }
    pilot.name = nil
    pilot.state = .pending
    pilot.lostAt = nil
    pilot.isSuspended = false
    put(pilot, entry.pilot)
  }

  private mutating func callOffHopeless(
    _ told: [PilotName: QueueEntry], at now: Double
  ) -> [Effect] {
    let hopeless = told.values.filter {
      $0.phase == .pending && pilots[$0.pilot]?.state == .pending
        && system.reason($0.reason)?.isFinal == true
    }
    guard let reason = hopeless.map(\.reason).min(),
      let sentence = system.reason(reason)?.sentence
    else { return [] }
    for entry in hopeless { callOff(entry.pilot, at: now) }
    // Whether they are gone is known once the system has told what there is.
    unsureSince = now
    return [.cancel(hopeless.map(\.pilot).sorted())] + settle(sentence)
  }

  private mutating func follow(
    _ id: PilotName, _ entry: QueueEntry, asked: Double, at now: Double
  ) -> [Effect] {
    guard var pilot = pilots[id] else { return [] }
    if !entry.node.isEmpty { pilot.node = entry.node }
    defer { if pilots[id] != nil, !entry.phase.isEnd { put(pilot, id) } }
    switch entry.phase {
    case .ended, .failed, .cancelled, .lost: return bury(id, entry.phase, as: entry.state, at: now)
    case .unknown: return []
    case .suspended:
      pilot.state = .running
      // What stands still for a while goes on; after that it is as if others had taken its machine.
      guard let name = pilot.name, let lostAt = pilot.lostAt,
        now >= lostAt + settings.suspensionPatience
      else { return [] }
      (pilot.name, pilot.lostAt, pilot.isSuspended) = (nil, nil, true)
      pilot.firstRestarts = name.restarts
      changedAt = now
      return [.remove(name)]
    case .running:
      pilot.state = .running
      pilot.isSuspended = false
      if let lostAt = pilot.lostAt, lostAt <= asked { pilot.lostAt = nil }
      return []
    case .pending:
      // It was requeued: its next life has another name.
      let before = pilot.name
      if let before {
        changedAt = now
        pilot.firstRestarts = before.restarts + 1
      } else if pilot.isSuspended {
        pilot.firstRestarts += 1
      }
      pilot.isSuspended = false
      pilot.state = .pending
      pilot.reason = entry.reason
      pilot.name = nil
      pilot.lostAt = nil
      let isNews = notedReasons.insert(entry.reason).inserted
      let sentence = isNews ? system.reason(entry.reason)?.sentence : nil
      return (before.map { [.remove($0)] } ?? []) + (sentence.map { [.note($0)] } ?? [])
    }
  }

  /// An allocation is over, in the system's word.
  mutating func bury(
    _ id: PilotName, _ phase: BatchSystem.Phase, as state: String, isCounted: Bool = true,
    at now: Double
  ) -> [Effect] {
    guard let pilot = pilots[id] else { return [] }
    let name = pilot.name
    forget(id, at: now)
    changedAt = now
    if isLimited { nextSubmission = min(nextSubmission, now + 10) }
    // What others wanted, or a person called off, says nothing of a node.
    let wasTaken = phase == .cancelled
    let wasShort =
      pilot.hasBegun && phase == .failed && now - pilot.beganAt < min(60, settings.seconds / 2)
    if !pilot.node.isEmpty, phase == .lost || wasShort || !pilot.hasBegun && !wasTaken {
      losses[pilot.node, default: 0] += 1
    }
    if let name { return [.remove(name, as: pilot.departure(phase, of: settings, at: now))] }
    guard !pilot.hasBegun, !wasTaken, !pilot.isCalledOff, isCounted else { return [] }
    stillborn += 1
    nextSubmission = max(nextSubmission, now + pause(after: stillbornTimes + 1))
    let output = Effect.tellOutput(id, state: state)
    guard stillborn >= settings.mostStillborn else { return [output] }
    return [output]
      + settle("\(stillborn) allocations in a row ended before they were workers")
  }
}
