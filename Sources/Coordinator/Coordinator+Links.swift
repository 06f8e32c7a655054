import Basics
import Foundation
import Posix
import Scheduler
import SweepModel
import Transport
import Wire

// Hosts: coming and going, connecting, greeting, losing and finding them again.

extension Coordinator {
  /// A pool of hosts has changed.
  func take(_ change: HostChange) {
    switch change {
    case .added(let transport):
      let link = HostLink(transport: transport)
      if let index = hosts.firstIndex(where: { $0.name == link.name }) {
        guard book.hosts[index].state == .removed else { return }
        hosts[index] = link
      } else {
        hosts.append(link)
      }
      advise(.added(link.name, pace: transport.pace))
    case .removed(let name, let departure):
      if let index = hosts.firstIndex(where: { $0.name == name }) {
        advise(.removed(index, as: departure))
      }
    case .note(let text): onNote(text)
    case .settled: advise(.settled)
    }
  }

  /// Does what the host book asks for.
  func perform(_ effect: HostEffect) {
    switch effect {
    case .connect(let index): connect(index)
    case .close(let index): hosts[index].link?.close()
    case .send(let index, let word): hosts[index].send(order(word, to: index))
    case .tell(let event): handle(event)
    case .silent(let index):
      hosts[index].failure = LinkFailure(
        .lost,
        "\(hosts[index].name): silent for \(Int(plan.timing.lease * book.hosts[index].pace)) s",
        remedy: "its jobs go elsewhere once their lease ends; the host is tried again")
    case .shunned(let index, let seconds): hosts[index].failure = shunning(index, seconds)
    case .yielded(let index): hosts[index].failure = yielding(index)
    case .lost(let index, let isNews):
      hosts[index].dropLink()
      if let failure = hosts[index].failure, isNews { tell(of: failure, on: index) }
    case .leftOut(let index, let holder):
      hosts[index].dropLink()
      noteLeftOut(index, for: holder)
    case .removed(let index):
      hosts[index].dropLink()
      let jobs = scheduler.running.count { $0.worker == hosts[index].name }
      // What ends with its time has handed over all that it had.
      if jobs > 0 {
        onNote(
          "\(hosts[index].name) was taken away with \(counted(jobs, "job")) to go on elsewhere")
      }
    case .sharesMachine(let index, let other): noteSharedMachine(index, with: other)
    }
  }

  private func order(_ word: HostWord, to index: Int) -> Order {
    switch word {
    case .hello:
      .hello(
        Order.Settings(
          heartbeatSeconds: plan.timing.heartbeat * book.hosts[index].pace,
          graceSeconds: plan.timing.grace))
    case .run: .run(identity)
    case .heartbeat: .heartbeat
    case .shutdown: .shutdown
    }
  }

  private func connect(_ index: Int) {
    hosts[index].renew()
    let generation = book.hosts[index].generation
    let inbox = inbox
    hosts[index].link = hosts[index].transport.open(
      plan.binary, data: plan.data, session: store.session
    ) { event in
      inbox.put(.link(host: index, generation: generation, event))
    }
  }

  func serve(_ index: Int, _ event: LinkEvent) {
    switch event {
    case .shipping: advise(.shipping(index))
    case .opened: advise(.opened(index, pace: hosts[index].transport.pace))
    case .received(let bytes):
      advise(.heard(index))
      receive(index, bytes)
    case .closed(let failure):
      hosts[index].failure = failure
      advise(.lost(index, failure?.code))
    }
  }

  private func receive(_ index: Int, _ bytes: [UInt8]) {
    let now = clock()
    do {
      hosts[index].decoder.append(bytes)
      while let frame = try hosts[index].decoder.next() {
        hosts[index].version = frame.version
        guard let report = try Report(frame) else { continue }
        if let complaint = hosts[index].conduct.complaint(about: report, at: now) {
          return drop(index, because: complaint)
        }
        if let stranger = report.attempt, !hosts[index].given.contains(stranger) {
          if let complaint = hosts[index].conduct.complaintAboutStranger() {
            return drop(index, because: complaint)
          }
          // Whatever it is, nobody wants to hear of it again.
          if case .outcome = report { hosts[index].send(.acknowledge(stranger)) }
          continue
        }
        hear(index, report)
        // What it said may have ended its link.
        guard hosts[index].link != nil else { return }
      }
    } catch {
      hosts[index].isNewer = error.isOfNewerVersion
      drop(index, because: "\(error)")
    }
    if book.hosts[index].state == .ready { handle(.heard(worker: hosts[index].name)) }
  }

  /// Ends a link whose peer does what no worker does.
  private func drop(_ index: Int, because reason: String) {
    hosts[index].complaint = reason
    advise(.misbehaved(index))
  }

  private func shunning(_ index: Int, _ seconds: Double) -> LinkFailure {
    let (name, complaint) = (hosts[index].name, printable(hosts[index].complaint))
    guard !hosts[index].isNewer else {
      return LinkFailure(
        .worker, "\(name): a worker of a newer Quanta serves this store there: \(complaint)",
        remedy: "it is tried again in \(Int(seconds)) s; run the sweep with that version, which "
          + "fetches what it holds")
    }
    return LinkFailure(
      .worker, "\(name): the worker speaks unintelligibly: \(complaint)",
      remedy: "it is tried again in \(Int(seconds)) s; end the old worker on that host "
        + "(`quanta workers stop`)")
  }

  private func hear(_ index: Int, _ report: Report) {
    let name = hosts[index].name
    switch report {
    case .hello(let description): greet(index, description)
    case .heartbeat: break
    case .occupied(let occupation): wait(index, for: occupation)
    case .progress(let attempt, let position):
      follow(attempt)
      progress.moved(attempt, position)
    case .rows(let attempt, let rows):
      follow(attempt)
      progress.grew(attempt, by: rows, of: plan.signature)
    case .log(let attempt, let text): keepLog(text, of: attempt, from: index)
    case .checkpoint(let attempt, let bytes): keepCheckpoint(bytes, of: attempt)
    case .checkpointPart(let attempt, let part): keepPart(part, of: attempt, from: index)
    case .checkpointTaken(let attempt, let bytes): noteTaken(bytes, of: attempt, by: index)
    case .checkpointKept, .setUp: break
    case .outcome(let attempt, let outcome) where scheduler.job(attempt.job) == nil:
      otherOutcomes.append(OtherOutcome(worker: name, attempt: attempt, outcome: outcome))
      // Whatever it brought: to the scheduler it frees a place, no more.
      handle(.failed(worker: name, attempt, .cancelled, message: "of another sweep"))
    case .outcome(let attempt, .succeeded(let result, let provenance)):
      if let defect = plan.signature.defect(of: result) {
        let message = Self.disbelief(in: name, defect, plan.signature)
        return handle(.failed(worker: name, attempt, .workerLost, message: message))
      }
      // Its worker sends no more of what nobody goes on from.
      hosts[index].arriving.removeAll { $0.attempt.job == attempt.job }
      turn.keep(Completion(attempt: attempt, result: result, provenance: provenance.shown))
      handle(.succeeded(worker: name, attempt, use: JobUse(provenance)))
    case .outcome(let attempt, .failed(let cause, let text)):
      let message = printable(text)
      store.appendLog("quanta: attempt \(attempt.number) on \(name): \(message)\n", of: attempt)
      handle(.failed(worker: name, attempt, cause.shown, message: message))
    }
  }

  /// An earlier coordinator may have started the attempt.
  private func follow(_ attempt: AttemptID) {
    guard !progress.knows(attempt), scheduler.holdsLease(attempt),
      let job = scheduler.job(attempt.job)
    else { return }
    let cpuSeconds = plan.signature.estimate(job.parameters).cpuSeconds
    let threads = scheduler.running.first { $0.attempt == attempt }?.allocation.amounts.threads
    progress.started(
      attempt, cpuSeconds: cpuSeconds, threads: threads ?? 1, resumes: true, at: nil)
  }

  /// Workers of this project look at a result before they tell it: the host, not the job, is odd.
  static func disbelief(
    in host: String, _ defect: String, _ signature: WorkloadSignature
  ) -> String {
    "\(host) tells a result that \(defect), which every job of \(signature.name) records: it is "
      + "not believed"
  }

  /// Logs are kept of what the host was given only, and no more than it may say.
  private func keepLog(_ text: String, of attempt: AttemptID, from index: Int) {
    guard scheduler.hasOrdered(attempt) || hosts[index].logs.others.contains(attempt) else {
      return
    }
    let wasExhausted = hosts[index].logs.isExhausted
    if hosts[index].logs.admits(text) {
      store.appendLog(text, of: attempt)
    } else if !wasExhausted {
      onNote(
        "\(hosts[index].name): its jobs have logged \(LogAllowance.mostBytes >> 20) MiB in this "
          + "run: what they log from here on is dropped")
    }
  }

  private func greet(_ index: Int, _ description: Report.WorkerDescription) {
    hosts[index].description = description
    hosts[index].given = Set(description.held)
    hosts[index].logs.others = Set(
      description.held.prefix(10_000).filter { scheduler.job($0.job) == nil && isRecorded($0) })
    hosts[index].occupied = nil
    hosts[index].failure = nil
    for note in description.notes.prefix(8) where hosts[index].notes.insert(note).inserted {
      onNote("\(hosts[index].name): \(printable(note))")
    }
    let gpus = description.devices.all.count
    if capacity(of: index, description)[Device.resource] > 0, scheduler.learnsCosts,
      plan.sweep.resources.amounts[Device.resource] == 0,
      hosts[index].notes.insert(Device.resource).inserted
    {
      onNote(
        "\(hosts[index].name) has \(counted(gpus, "GPU")), which jobs of this sweep do not see: "
          + "`resources: {gpu: 1}` gives each job one")
    }
    let isOutdated = hosts[index].isOutdated(plan.binary)
    if isOutdated {
      onNote("\(hosts[index].name): hands over what an older worker holds, then starts anew")
    }
    advise(
      .greeted(
        index,
        HostGreeting(
          worker: description.identity.map {
            HostGreeting.Worker(instance: $0.instance, machine: $0.machine)
          }, isOutdated: isOutdated, capacity: capacity(of: index, description),
          held: description.held, resources: description.resources,
          secondsLeft: description.secondsLeft)))
  }

  /// Nothing for a worker of another version; else the host's cores and memory within the limits
  /// that the cluster file sets.
  private func capacity(of index: Int, _ description: Report.WorkerDescription) -> Amounts {
    guard !hosts[index].isOutdated(plan.binary) else { return Amounts() }
    return hosts[index].transport.host.capacity(
      Amounts(threads: description.cores, memoryBytes: description.memoryBytes / 10 * 9),
      description.devices)
  }

  /// Says why a host is lost, and what goes on there where only a person can bring it back. One that
  /// is lost again and again soon after it came back is told of as ``FailureNotes`` does.
  private func tell(of failure: LinkFailure, on index: Int) {
    var text = "\(failure.message); \(failure.remedy)"
    guard book.hosts[index].state != .failed else { return onNote(text + whatGoesOn(at: index)) }
    if failure.code.isPermanent { text += "; it is tried again" }
    let isNews = failures.isNews(text, at: clock())
    let stoodLong = clock() - book.hosts[index].greetedAt > 60
    let again = stoodLong && isNews ? text : nil
    if let note = failures.sentence(text, of: text) ?? again { onNote(note) }
  }

  /// What the worker of a host does that is left alone from now on.
  private func whatGoesOn(at index: Int) -> String {
    guard book.hosts[index].hasGreeted else { return "" }
    let jobs = scheduler.running.count { $0.worker == hosts[index].name }
    let what =
      jobs == 0
      ? "what its worker holds waits there"
      : "its worker goes on with \(counted(jobs, "job")), and what \(jobs == 1 ? "it computes" : "they compute") waits there"
    return ". Nothing is lost: \(what); once that is settled, `quanta resume \(plan.sweep.name)` "
      + "fetches it"
  }
}
