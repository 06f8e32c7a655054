import Basics
import Scheduler
import SweepModel

/// Machines that a batch system lends, and how it behaves; drawn like everything else.
struct Lending {
  /// How coordinator and pilots speak.
  enum Link: CaseIterable {
    /// Each link is a call of the batch system's.
    case attached
    /// Files in the shared folder: slow, and there as long as the worker is.
    case mailbox
    /// All pass one process, which may be cut off.
    case relay
  }

  /// The least speed of a machine.
  static let slowest = 0.5

  let seed: UInt64
  /// What is asked for: the most allocations at once, what each has, for how long, seconds.
  var count = 4
  var has = Amounts(threads: 2, memoryBytes: 4 << 30)
  var seconds = 600.0
  var link = Link.attached
  var callsPerMinute = 30
  /// So many run at once; others wait.
  var slots = 4
  var nodes = 8
  /// The longest time in the queue while slots are free, seconds.
  var wait = 30.0
  /// The longest time of a call, seconds.
  var call = 1.0
  /// The most allocations in one array, and at once.
  var largestArray = 1000
  var mostSubmitted = 1000
  /// What was pre-empted or lost its node comes back.
  var requeues = true
  /// From a warning to the end, seconds.
  var warning = 30.0
  /// What has ended is told of for a while.
  var showsEnded = false

  /// The machine of a number.
  func host(_ machine: Int) -> Scenario.SimulatedHost {
    var random = SplitMix64(seed: seed, stream: UInt64(machine))
    return Scenario.SimulatedHost(
      has: has, speed: random.uniform(Self.slowest, 2), drift: random.uniform(0.999, 1.001),
      isBad: false, joinsAt: 0)
  }
}

extension Scenario {
  /// A host of the cluster file, or, beyond them, a machine that is lent.
  func host(_ machine: Int) -> SimulatedHost {
    if machine < hosts.count { return hosts[machine] }
    guard let lending else { preconditionFailure("machine \(machine) is nobody's") }
    return lending.host(machine)
  }

  /// At times a batch system lends machines, beside the hosts or alone; apart from everything else, so
  /// that a seed without one keeps its scenario.
  mutating func drawLending(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x6c65_6e74)
    guard random.chance(0.3) else { return }
    var lending = Lending(seed: seed)
    let longest = jobs.map(\.seconds).max() ?? 1
    lending.count = random.integer(1...6)
    lending.seconds = max(
      45, longest * [1.5, 4, 20][random.integer(0...2)] * random.uniform(0.8, 1.2))
    lending.link = Lending.Link.allCases[random.integer(0...2)]
    lending.callsPerMinute = random.chance(0.2) ? random.integer(4...10) : 30
    lending.slots = random.integer(1...lending.count)
    lending.nodes = random.integer(1...8)
    lending.wait = [1.0, 30, 300][random.integer(0...2)]
    lending.call = random.chance(0.3) ? 15 : 1
    lending.largestArray = random.chance(0.2) ? random.integer(1...3) : 1000
    lending.mostSubmitted = random.chance(0.2) ? random.integer(1...lending.count) : 1000
    lending.requeues = random.chance(0.6)
    lending.warning = random.chance(0.2) ? 0 : random.uniform(1, 90)
    lending.showsEnded = random.chance(0.3)
    lending.has.threads = random.integer(1...8)
    drawMachine(&lending, &random)
    drawBatchFaults(&random)
    if random.chance(0.6) { hosts = [] }
    if lending.link == .mailbox { lease = max(lease, 20) }
    if jobs.contains(where: { $0.demand.cpuSeconds == nil }) {
      keepsCheckpoints = random.chance(0.5)
    }
    self.lending = lending
  }

  /// Machines have room for every job.
  private func drawMachine(_ lending: inout Lending, _ random: inout SplitMix64) {
    lending.has.memoryBytes = max(
      1 << 30, jobs.map { max($0.demand.needs.memoryBytes, $0.memoryBytes) }.max() ?? 0)
    if random.chance(0.5) { lending.has.memoryBytes *= 2 }
    for need in jobs.flatMap(\.demand.needs.named) {
      let count = max(1, need.amount.isShare ? 1 : need.amount.count)
      lending.has[need.name] = Amount(max(count, lending.has[need.name].count))
    }
  }

  private mutating func drawBatchFaults(_ random: inout SplitMix64) {
    for kind in Faults.pools { faults[kind] = 0 }
    let share = [0, 0.3, 0.7][random.integer(0...2)]
    let severity = [0.2, 1][random.integer(0...1)]
    for kind in Faults.batch where random.chance(share) {
      faults[kind] = severity * random.uniform(0.05, 1)
    }
    for (kind, greatest) in Faults.batchProbabilities where random.chance(share) {
      faults[kind] = severity * random.uniform(0.05, 1) * greatest
    }
    faults.windowSeconds = faults.windowSeconds * 2 + 300
  }
}
