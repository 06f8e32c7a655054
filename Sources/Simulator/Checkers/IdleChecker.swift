import Scheduler
import SweepModel

/// No worker idles while a job that fits it waits, and no sound host stays unused, beyond a bound.
struct IdleChecker: Checker {
  private let scenario: Scenario
  /// Since when each host idles beside a waiting job, seconds; nil while it does not.
  private var idleSince: [Int: Double] = [:]
  /// Since when each host could be used but has not been greeted.
  private var unusedSince: [Int: Double] = [:]

  /// How long a worker may idle: a few turns.
  static let idleBound = 10.0

  /// How long a sound host may be unused: the longest back-off, a slow connection, and a link
  /// that has to be given up first, twice.
  private var unusedBound: Double { 120 + 3 * scenario.lease + 60 * scenario.heartbeat }

  init(_ scenario: Scenario) {
    self.scenario = scenario
  }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began, .ended: forget()
    case .looked(let isServing, let hosts, let jobs):
      guard isServing else {
        forget()
        return nil
      }
      let waiting = waitingJobs(jobs, hosts, ledger, at: now)
      let running = jobs.filter { ledger.jobs[$0].state == .running }
      let most = hosts.filter { $0.isLinked || $0.isReady }.map {
        scenario.host($0.place).has.memoryBytes
      }.max()
      for host in hosts {
        let broken = judge(
          host, host.place, ledger, running, waiting, mostMemory: most ?? 0, at: now)
        if let broken { return broken }
      }
    default: break
    }
    return nil
  }

  private mutating func forget() {
    idleSince = [:]
    unusedSince = [:]
  }

  /// The jobs that wait for a place. One whose attempt lost its lease to another, which failed, waits
  /// for that first attempt: while its host is linked, and for a lease's length beyond, should nobody
  /// know yet that the host is gone.
  private func waitingJobs(
    _ jobs: Range<Int>, _ hosts: [HostView], _ ledger: Replica, at now: Double
  ) -> [Int] {
    func run(by hosts: [HostView]) -> Set<Int> {
      Set(hosts.flatMap { $0.occupying.map { Scenario.index(of: $0.attempt.job) } })
    }
    let waiting = jobs.filter { ledger.jobs[$0].state == .waiting && !ledger.jobs[$0].isHeldBack }
    guard !waiting.isEmpty else { return [] }
    let known = run(by: hosts)
    let lent = run(by: hosts.filter { $0.lentUntil != nil })
    let alive = run(by: hosts.filter { $0.isLinked && ($0.isReady || $0.isOutdated) })
    return waiting.filter { job in
      let lease = scenario.lease * (lent.contains(job) ? Scheduler.lentPace : 1)
      return !alive.contains(job) && now > ledger.jobs[job].overtakenAt + lease
        && (!known.contains(job) || now > ledger.jobs[job].eligibleAt + lease)
    }
  }

  private mutating func judge(
    _ host: HostView, _ index: Int, _ ledger: Replica, _ running: [Int], _ waiting: [Int],
    mostMemory: Int, at now: Double
  ) -> String? {
    // An outdated worker that keeps another sweep's outcome stays for its grace time.
    let isUnused = host.isReachable && !host.isReady && !host.isOutdated && !host.isFailed
    unusedSince[index] = isUnused ? unusedSince[index] ?? now : nil
    // A pilot's link may have to wait for calls of a batch system.
    let patience = host.lentUntil == nil ? 0 : 600.0
    if let since = unusedSince[index], now - since > unusedBound + patience {
      return "host \(host.name) has been sound and unused since \(since) s"
    }
    let isUsable =
      host.isReachable && host.isLinked && host.isReady && !host.isDrained && !waiting.isEmpty
      && !mayRest(host, ledger, at: now) && !mayEndTooSoon(host)
    guard isUsable,
      let job = waitingJob(
        for: host, index, ledger, running, waiting, mostMemory: mostMemory, at: now)
    else {
      idleSince[index] = nil
      return nil
    }
    let since = idleSince[index] ?? now
    idleSince[index] = since
    guard now - since > Self.idleBound else { return nil }
    return "worker \(host.name) idles since \(since) s while job \(job) waits"
  }

  /// What cannot go on elsewhere does not begin where it may not end.
  private func mayEndTooSoon(_ host: HostView) -> Bool {
    host.lentUntil != nil
      && (host.isLeaving || scenario.jobs.contains { $0.demand.cpuSeconds == nil })
  }

  /// A worker that has lost what it had gets nothing new for a while.
  private func mayRest(_ host: HostView, _ ledger: Replica, at now: Double) -> Bool {
    let lost = ledger.lostAt.filter { Self.isSame($0.key, host.name) }.map(\.value).max()
    return lost.map { now < $0 + Scheduler.Settings().longestRest + scenario.lease } ?? false
  }

  private func waitingJob(
    for host: HostView, _ index: Int, _ ledger: Replica, _ running: [Int], _ waiting: [Int],
    mostMemory: Int, at now: Double
  ) -> Int? {
    // One that was lost often beside others has its worker to itself.
    let isAlone = host.occupying.contains {
      ledger.jobs[Scenario.index(of: $0.attempt.job)].allLosses >= 4
    }
    guard !isAlone else { return nil }
    let has = scenario.host(index).has
    var used = Amounts()
    var shares: [Amounts.Named] = []
    func use(_ job: Int, _ threads: Int) {
      used = used + scenario.jobs[job].demand.needs
      shares += scenario.jobs[job].demand.needs.named.filter(\.amount.isShare)
      used.threads += threads - scenario.jobs[job].demand.needs.threads
    }
    for (attempt, threads) in host.occupying {
      let job = Scenario.index(of: attempt.job)
      // Under another entry's name the machine may hold a lease as well.
      let isCountedBelow =
        running.contains(job) && ledger.jobs[job].open == attempt
        && Self.isSame(ledger.jobs[job].holder, host.name)
      guard !isCountedBelow else { continue }
      use(job, threads)
    }
    for job in running where Self.isSame(ledger.jobs[job].holder, host.name) {
      use(job, ledger.jobs[job].threads)
    }
    // What was learnt of a job's memory nobody but the scheduler knows: no more than the largest has.
    if scenario.learnsMemory, used != Amounts() || has.memoryBytes < mostMemory { return nil }
    let free = has.remaining(after: used)
    return waiting.first { job in
      // One that was lost very often waits for a host that did not lose it.
      let losses = ledger.jobs[job].allLosses
      if losses >= Scheduler.Settings().maximumLosses { return false }
      // One that was lost often beside others waits for a worker of its own.
      return now > ledger.jobs[job].eligibleAt
        && (losses < 4 || (free.threads == has.threads && host.occupying.isEmpty))
        && scenario.jobs[job].demand.needs.memoryBytes <= free.memoryBytes
        && min(scenario.jobs[job].demand.least.threads, has.threads) <= free.threads
        && Self.surelyFit(scenario.jobs[job].demand.needs, in: has, used, shares)
        && !ledger.jobs[job].failedOn.contains { Self.isSame($0, host.name) }
    }
  }

  /// What has a name finds its place however the shares in use are spread: whole ones where each of them
  /// had one to itself, a share where even the emptiest one were as full as the others.
  private static func surelyFit(
    _ needs: Amounts, in has: Amounts, _ used: Amounts, _ shares: [Amounts.Named]
  ) -> Bool {
    needs.named.allSatisfy { need in
      let parts = shares.filter { $0.name == need.name }.map(\.amount)
      let sum = parts.reduce(0, +)
      let left = has[need.name].count - (used[need.name] - sum).count
      guard need.amount.isShare else { return need.amount.count <= left - parts.count }
      return left > 0 && sum.thousandths <= left * (Amount.unit - need.amount.thousandths)
    }
  }

  /// Names are `h3`, then `h3'` and so on.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.drop { $0 == "h" }.prefix { $0 != "'" } == right.drop { $0 == "h" }.prefix { $0 != "'" }
  }
}
