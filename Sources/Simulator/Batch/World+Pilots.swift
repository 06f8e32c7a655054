import Basics
import Batch
import Scheduler
import SweepModel

/// The shell around the production book of pilots, as `SlurmPool` is one, without a batch system: one
/// call at a time, each of which may take long.
struct PilotShell {
  enum Answer {
    /// Too many calls of late, or none came.
    case none
    case refused(String)
    case submitted(job: Int, count: Int)
    case told([QueueEntry])
    case seen([PilotName])
  }

  var book: PilotBook
  let budget: CallBudget
  /// What the book asks for and is not done yet, the next first.
  var effects: [PilotBook.Effect] = []
  /// A call is under way.
  var isCalling = false
  var nextTurn = Double.infinity
  /// When the run's need is told next, seconds.
  var nextNeed = 0.0
  /// Threads that were told last, and allocations that were of use at its last turn.
  var wanted = 0
  var useful = 0
  /// The last answer told of nothing.
  var heardNothing = false
  /// When links to pilots were lost, until the system has said since what became of them.
  var lost: [PilotName: Double] = [:]
  /// What was asked for, or called off, may have come about or not.
  var isUnsure = false
  /// The batch system has told what there is.
  var hasHeard = false
  /// What the coordinator shall hear in its next turn.
  var news: [News] = []

  enum News {
    case added(machine: Int)
    case removed(machine: Int, Departure)
    case settled
  }
}

extension World {
  /// The coordinator that is about to start has a pool of its own, which knows of nothing.
  func beginPilots() {
    guard let lending = scenario.lending else { return }
    coordinator.pilots = PilotShell(
      book: parts.pilots(
        PilotBook(
          PilotBook.Settings(
            count: lending.count, threads: lending.has.threads, seconds: lending.seconds),
          of: .simulated)),
      budget: CallBudget(of: "the simulated system", perMinute: lending.callsPerMinute))
    wakePilots(at: now + random.uniform(0.1, 3))
  }

  private func wakePilots(at time: Double) {
    guard let shell = coordinator.pilots, !shell.isCalling, time < shell.nextTurn else { return }
    coordinator.pilots?.nextTurn = time
    agenda.plan(.pilotsTurn(life: coordinator.life), at: time)
  }

  func takePilotsTurn(_ life: Int) {
    guard coordinator.isUp, coordinator.life == life, let shell = coordinator.pilots,
      !shell.isCalling, shell.nextTurn == now
    else { return }
    coordinator.pilots?.nextTurn = .infinity
    let useful = usefulAllocations
    coordinator.pilots?.useful = useful
    if shell.effects.isEmpty {
      let effects = coordinator.pilots?.book.turn(at: now) ?? []
      coordinator.pilots?.effects = effects
    }
    performPilotEffects()
  }

  /// Does what is asked for, up to a call that takes time.
  private func performPilotEffects() {
    while coordinator.pilots?.effects.isEmpty == false, coordinator.pilots?.isCalling == false {
      guard let effect = coordinator.pilots?.effects.removeFirst() else { return }
      say("pilots: \(effect)")
      switch effect {
      case .add(let name): batch.machine(of: name).map { tellPilots(.added(machine: $0)) }
      case .remove(let name, let departure):
        batch.machine(of: name).map { tellPilots(.removed(machine: $0, departure)) }
      case .settle: tellPilots(.settled)
      case .note, .tellOutput: break
      case .submit, .query, .look, .cancel: call(effect)
      }
    }
    guard let shell = coordinator.pilots, !shell.isCalling else { return }
    wakePilots(at: max(now + 0.05, min(now + 60, shell.book.nextTurn)))
  }

  private func tellPilots(_ news: PilotShell.News) {
    coordinator.pilots?.news.append(news)
    wake(at: now)
  }

  // MARK: Calls

  /// Begins a call; what it does happens at its beginning or at its end.
  private func call(_ effect: PilotBook.Effect) {
    guard let lending = scenario.lending, let shell = coordinator.pilots else { return }
    let word =
      switch effect {
      case .submit: "sbatch"
      case .query: "squeue"
      case .cancel: "scancel"
      default: ""
      }
    // What is called off may go on, all the more where there were too many calls of late.
    if case .cancel = effect { coordinator.pilots?.isUnsure = true }
    if !word.isEmpty {
      guard shell.budget.take(word, at: now) else { return answered(effect, .none, asked: now) }
      let isSure = shell.hasHeard && !shell.heardNothing && !shell.isUnsure
      see(.batchCalled(word, losses: shell.lost.count, isSure: isSure))
    }
    coordinator.pilots?.isCalling = true
    let seconds = random.uniform(0.05, lending.call)
    let answer = random.chance(0.5) ? self.answer(effect, lending) : nil
    agenda.plan(
      .pilotsCalled(life: coordinator.life, effect, answer, asked: now), at: now + seconds)
  }

  func completeCall(
    _ life: Int, _ effect: PilotBook.Effect, _ answer: PilotShell.Answer?, asked: Double
  ) {
    guard coordinator.isUp, coordinator.life == life, let lending = scenario.lending else { return }
    coordinator.pilots?.isCalling = false
    answered(effect, answer ?? self.answer(effect, lending), asked: asked)
    performPilotEffects()
  }

  private func answered(_ effect: PilotBook.Effect, _ answer: PilotShell.Answer, asked: Double) {
    var effects: [PilotBook.Effect] = []
    switch answer {
    case .none:
      if case .submit = effect {
        coordinator.pilots?.isUnsure = true
        coordinator.pilots?.book.postponed(mayHaveCome: true, at: now)
      }
    case .refused(let words):
      coordinator.pilots?.isUnsure = true
      effects = coordinator.pilots?.book.refused(words, at: now) ?? []
    case .submitted(let job, let count):
      for place in batch.allocations.indices where batch.allocations[place].id.job == job {
        batch.allocations[place].isKnown = true
      }
      coordinator.pilots?.book.submitted(job: job, count: count, at: now)
    case .told(let entries):
      coordinator.pilots?.hasHeard = true
      coordinator.pilots?.heardNothing = entries.isEmpty
      coordinator.pilots?.isUnsure = false
      let unknown = Set(entries.filter { $0.phase == .unknown }.map(\.pilot))
      let lost = coordinator.pilots?.lost ?? [:]
      coordinator.pilots?.lost = lost.filter {
        entries.isEmpty || $0.value > asked || unknown.contains($0.key.allocation)
      }
      for place in batch.allocations.indices where batch.allocations[place].changedAt < asked {
        batch.allocations[place].isKnown = true
      }
      effects = coordinator.pilots?.book.heard(entries, asked: asked, at: now) ?? []
    case .seen(let names): effects = coordinator.pilots?.book.saw(names, at: now) ?? []
    }
    coordinator.pilots?.effects.insert(contentsOf: effects, at: 0)
  }

  /// What the batch system, or the shared folder, says and does.
  private func answer(_ effect: PilotBook.Effect, _ lending: Lending) -> PilotShell.Answer {
    if case .look = effect { return .seen(sockets) }
    guard now >= batch.silentUntil else {
      if case .submit = effect { return .refused("sbatch: error: Socket timed out on send/recv") }
      return .none
    }
    switch effect {
    case .submit(let count, let nodes): return submit(count, excluding: nodes, lending)
    case .query:
      if befalls(.callFailed) { return .none }
      return .told(
        now < batch.emptyUntil ? [] : batch.answer(showsEnded: lending.showsEnded, at: now))
    case .cancel(let names):
      if befalls(.callFailed) { return .none }
      for name in names {
        batch.allocations.firstIndex { $0.id == name }.map { callOff($0) }
      }
      return .none
    default: return .none
    }
  }

  /// Which pilots have a socket, whether they live or were killed.
  private var sockets: [PilotName] {
    batch.lives.indices.filter { workers[batch.firstMachine + $0].hasSocket }
      .map { batch.lives[$0].name }
  }

  private func submit(
    _ count: Int, excluding nodes: [String], _ lending: Lending
  ) -> PilotShell.Answer {
    let excluded = Set(nodes.compactMap { Int($0.dropFirst()) })
    if befalls(.submissionForbidden) {
      return .refused("sbatch: error: invalid partition specified: gqu")
    }
    if befalls(.submissionRefused) {
      return .refused("sbatch: error: Slurm temporarily unable to accept job, sleeping")
    }
    if count > lending.largestArray {
      return .refused("sbatch: error: Batch job submission failed: Invalid job array specification")
    }
    let queued = batch.places(.pending, .running).count
    if queued + count > lending.mostSubmitted {
      return .refused("sbatch: error: QOSMaxSubmitJobPerUserLimit")
    }
    if excluded.count >= lending.nodes {
      return .refused(
        "sbatch: error: Batch job submission failed: Requested node configuration is not available")
    }
    let isAnswered = !befalls(.submissionUnanswered)
    see(
      .pilotsAsked(
        count, alive: aliveAllocations, most: lending.count,
        useful: coordinator.pilots?.useful ?? 0,
        isDoubtful: now < batch.doubtUntil + 200))
    let job = enqueue(count, excluding: excluded, isKnown: false)
    return isAnswered
      ? .submitted(job: job, count: count)
      : .refused("sbatch: error: Batch job submission failed: Socket timed out on send/recv")
  }

  /// Allocations that wait or work, but for those that nobody can know of yet and those whose time is
  /// all but over.
  private var aliveAllocations: Int {
    batch.places(.pending, .running).count { place in
      let allocation = batch.allocations[place]
      if !allocation.isKnown, now < allocation.changedAt + 150 { return false }
      guard allocation.phase == .running, let machine = allocation.machine else { return true }
      return workers[machine].isUp && now < (workers[machine].lentUntil ?? 0) - 80
        && allocation.isPreempted == false
    }
  }

  private var usefulAllocations: Int {
    guard let lending = scenario.lending else { return 0 }
    let wanted = coordinator.pilots?.wanted ?? 0
    return min(lending.count, (wanted + lending.has.threads - 1) / max(1, lending.has.threads))
  }

  // MARK: The coordinator's side

  /// Tells the pool how much could be kept busy.
  func tellNeed() {
    guard let shell = coordinator.pilots, now >= shell.nextNeed else { return }
    let wanted = coordinator.isPaused ? 0 : coordinator.scheduler?.wantedThreads ?? 0
    coordinator.pilots?.nextNeed = now + 1
    coordinator.pilots?.wanted = wanted
    coordinator.pilots?.book.need(threads: wanted)
    if let due = coordinator.pilots?.book.nextTurn { wakePilots(at: max(now, due)) }
  }

  /// What the pool has told since the last turn.
  func takePilotNews() {
    let news = coordinator.pilots?.news ?? []
    coordinator.pilots?.news = []
    guard coordinator.leavesAt == nil else { return }
    for change in news {
      say("the batch system's pool: \(change)")
      switch change {
      case .added(let machine):
        let name = "h\(machine)"
        see(.added(host: name))
        if !coordinator.hosts.contains(where: { $0.name == name }) {
          coordinator.hosts.append(
            SimulatedCoordinator.Host(name: name, place: machine, machine: machine))
        }
        advise(.added(name))
      case .removed(let machine, let departure):
        guard let index = coordinator.hosts.firstIndex(where: { $0.machine == machine }) else {
          continue
        }
        see(.taken(host: coordinator.hosts[index].name))
        advise(.removed(index, as: departure))
      case .settled:
        coordinator.mayGrow = false
        advise(.settled)
      }
    }
  }

  /// True when a link to a pilot may be tried now; where it costs a call, that is taken.
  func mayAttach(_ machine: Int) -> Bool {
    guard let (_, name) = batch.life(of: machine), let shell = coordinator.pilots else {
      return true
    }
    guard shell.book.mayAttach(name) else { return false }
    guard scenario.lending?.link == .attached else { return true }
    return shell.budget.take("srun", at: now)
  }

  /// A link to a pilot has ended, or could not be made.
  func losePilot(_ machine: Int) {
    guard let (_, name) = batch.life(of: machine), coordinator.pilots != nil else { return }
    coordinator.pilots?.lost[name] = now
    let effects = coordinator.pilots?.book.lost(name, at: now) ?? []
    coordinator.pilots?.effects += effects
    wakePilots(at: now)
  }

  /// The run is over: what has not come is called off, and what is there, too.
  func closePilots() {
    guard coordinator.pilots != nil, now >= batch.silentUntil else { return }
    for place in batch.places(.pending, .running) { callOff(place) }
  }
}
