import Scheduler
import SweepModel

/// No sound job is given up for losses while a sound host that has not lost it twice could take it.
struct BlameChecker: Checker {
  private let scenario: Scenario
  /// Hosts that were ready at the last look: the scheduler knows of them.
  private var ready: Set<String> = []
  private var hosts: [HostView] = []

  init(_ scenario: Scenario) { self.scenario = scenario }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began: ready = []
    case .looked(_, let hosts, _): ready = Set(hosts.filter(\.isReady).map(\.name))
    case .setsAside(let hosts): self.hosts = hosts
    case .committed(.moved(let key, .setAside, let reason), _)
    where reason.hasPrefix("its worker was lost"):
      return judge(Scenario.index(of: key), ledger)
    default: break
    }
    return nil
  }

  private func judge(_ index: Int, _ ledger: Replica) -> String? {
    let job = scenario.jobs[index]
    // What a host lost under one name it may lose again under another.
    guard job.nature == .sound, scenario.faults[.renamedHost] == 0 else { return nil }
    let lostOn = ledger.jobs[index].lostOn
    let sound = hosts.indices.filter { scenario.host(hosts[$0].place).manner == .sound }
    // Sound hosts go down as well; twice is enough to suspect a job.
    guard sound.reduce(0, { $0 + lostOn[hosts[$1].name, default: 0] }) < 2 else { return nil }
    let other = sound.first { place in
      let host = hosts[place]
      return host.isReady && host.isLinked && !host.isDrained && ready.contains(host.name)
        && scenario.host(host.place).holds(job.demand)
    }
    return other.map { "job \(index) is blamed for losses although \(hosts[$0].name) may try it" }
  }
}

/// A host that loses whatever it gets gets something more and more rarely.
struct RestChecker: Checker {
  private struct Losses {
    var streak = 0
    var at = -Double.infinity
    /// One of what was lost at that moment had got further: that is no loss of the host's.
    var isExcused = false
    var attempts: Set<AttemptID> = []
    /// Its lease ended in silence: when it is heard again on the same link, it may have them still.
    var wasSilent = false
  }

  private let names: Set<String>
  private var losses: [String: Losses] = [:]
  private var holders: [AttemptID: String] = [:]
  private var progressed: Set<AttemptID> = []
  private var takenAt: [String: Double] = [:]
  /// What hosts had when they were taken away: that it is lost is not their fault.
  private var taken: Set<AttemptID> = []

  init(_ scenario: Scenario) {
    names = Set(
      scenario.hosts.indices.filter { [.losing, .reaped].contains(scenario.hosts[$0].manner) }
        .map { "h\($0)" })
  }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began:
      losses = [:]
      holders = [:]
      progressed = []
      takenAt = [:]
      taken = []
    case .taken(let host):
      takenAt[host] = now
      taken.formUnion(holders.filter { $0.value == host }.keys)
    case .committed(.leased(let attempt, let worker), _):
      holders[attempt] = worker
      if takenAt[worker] == now { taken.insert(attempt) }
      return judge(attempt, worker, at: now)
    case .committed(.accepted(let attempt), _): trust(holders[attempt])
    case .progressed(let attempt):
      trust(holders[attempt])
      progressed.insert(attempt)
    case .greeted(let host, _, let held):
      // It had not lost what it comes back with.
      if losses[host]?.attempts.isDisjoint(with: held) == false { trust(host) }
    case .heard(let host) where losses[host]?.wasSilent == true: trust(host)
    // Of a host that talks nonsense, which had said that it has the attempt.
    case .committed(.ended(_, .workerLost, World.hollow), _): break
    case .committed(.ended(let attempt, .workerLost, let message), _):
      lose(attempt, inSilence: message.contains(" was silent "), at: now)
    default: break
    }
    return nil
  }

  private mutating func trust(_ worker: String?) {
    if let worker { losses[worker] = nil }
  }

  private mutating func lose(_ attempt: AttemptID, inSilence: Bool, at now: Double) {
    guard let worker = holders[attempt], names.contains(worker) else { return }
    guard !taken.contains(attempt) else {
      losses[worker]?.attempts.insert(attempt)
      return
    }
    var known = losses[worker] ?? Losses()
    if known.at < now {
      known.at = now
      known.streak += 1
      known.isExcused = false
    }
    if progressed.contains(attempt), !known.isExcused {
      known.isExcused = true
      known.streak -= 1
    }
    known.attempts.insert(attempt)
    known.wasSilent = inSilence
    losses[worker] = known
  }

  private func judge(_ attempt: AttemptID, _ worker: String, at now: Double) -> String? {
    guard let known = losses[worker], known.streak > 1, !known.isExcused else { return nil }
    let longest = Scheduler.Settings().longestRest
    let due = known.at + min(longest, 5 * Double(1 << min(known.streak - 2, 16)))
    return now < due - 1e-6
      ? "\(worker) gets \(attempt) although it has lost its jobs \(known.streak) times in a row"
      : nil
  }
}

/// Two entries of one machine do not throw each other out: no worker leaves a link that lives for
/// another, and no coordinator ends links in favour of others again and again.
struct FightChecker: Checker {
  private let scenario: Scenario
  /// Entries by machine.
  private let entries: [Int: Int]
  private var changes: [Int: Int] = [:]

  init(_ scenario: Scenario) {
    self.scenario = scenario
    entries = scenario.hosts.indices.reduce(into: [:]) {
      $0[scenario.machine(of: $1), default: 0] += 1
    }
  }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began, .taken: changes = [:]
    case .replaced(let machine, let seconds) where seconds < silence(of: machine):
      return "machine \(machine) leaves a link that lived \(seconds) s ago for another one"
    case .leftOut(let host, let machine):
      changes[machine, default: 0] += 1
      if changes[machine, default: 0] > 2 * entries[machine, default: 0] {
        return "\(host) is the same machine as another entry, and they throw each other out"
      }
    default: break
    }
    return nil
  }

  /// Three signs of life by a machine's own clock, seconds.
  private func silence(of machine: Int) -> Double {
    3 * scenario.heartbeat * scenario.host(machine).drift
  }
}

/// A peer that talks nonsense is left alone, longer and longer.
struct ShunChecker: Checker {
  private struct Record {
    var times = 0
    var at = -Double.infinity
  }

  private var records: [String: Record] = [:]

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began: records = [:]
    case .complained(let host):
      var record = records[host] ?? Record()
      record.times = now - record.at < 900 ? record.times + 1 : 1
      record.at = now
      records[host] = record
    case .connects(let host):
      guard let record = records[host] else { return nil }
      let due = record.at + min(300, Double(1 << min(record.times, 16)))
      if now < due - 1e-6 {
        return "\(host) is tried again although it talked nonsense \(record.times) times in a row"
      }
    default: break
    }
    return nil
  }
}
