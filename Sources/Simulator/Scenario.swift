import Basics
import Scheduler
import SweepModel

/// What one simulation is about: jobs, hosts, timing, faults; all drawn from its seed.
struct Scenario {
  /// A job and what really happens when it runs.
  struct SimulatedJob {
    let job: Job
    var demand: JobDemand
    /// Time on one thread of a host of speed 1, seconds.
    var seconds: Double
    let nature: Nature
    /// Its peak, bytes, where nobody can say it beforehand.
    var memoryBytes = 1
  }

  enum Nature: Hashable {
    case sound
    /// Fails everywhere.
    case poison
    /// Kills its worker.
    case killer
  }

  struct SimulatedHost {
    var has: Amounts
    let speed: Double
    /// Its worker's clock against the coordinator's.
    let drift: Double
    /// Most jobs fail on it.
    let isBad: Bool
    /// It is not there before.
    let joinsAt: Double
    var manner = Manner.sound
    /// What the cluster file says that it has by name; nil where that is what it has.
    var stated: Amounts?
    /// GPUs that its worker finds.
    var found = 0

    /// The GPUs that its worker finds.
    var devices: Devices {
      Devices((0..<found).map { Device(token: "\($0)", vendor: .nvidia) })
    }

    /// Whether it could ever run a job; one that asks for more threads than there are gets all.
    func holds(_ demand: JobDemand) -> Bool {
      demand.needs.memoryBytes <= has.memoryBytes && demand.needs.namedFit(in: has)
    }
  }

  var heartbeat = 2.0
  var lease = 20.0
  var grace = 600.0
  var giveUp = 600.0
  var checkpoint = 30.0
  /// Delay of a message, seconds, at least and at most.
  var latency = (0.0005, 0.05)
  var jobs: [SimulatedJob] = []
  var hosts: [SimulatedHost] = []
  var faults = Faults()
  /// Nobody knows beforehand how much memory jobs need.
  var learnsMemory = false
  /// Hosts have bad manners until then, seconds.
  var mannersEnd = 0.0
  /// Machines that a batch system lends beside the hosts; nil where none does.
  var lending: Lending?
  /// Jobs that last write checkpoints.
  var keepsCheckpoints = true

  static func key(_ index: Int) -> JobKey {
    let digits = String(index, radix: 16)
    let zeros = String(repeating: "0", count: 8 - digits.count)
    guard let key = JobKey(hex: zeros + digits + String(repeating: "0", count: 56)) else {
      preconditionFailure("\(digits) is no key")
    }
    return key
  }

  static func job(_ index: Int) -> Job {
    Job(
      key: key(index), workload: "simulated",
      parameters: Parameters([Parameters.Entry(name: "index", value: .integer(index))]))
  }

  /// A job's place in the grid.
  static func index(of key: JobKey) -> Int {
    var index = 0
    for digit in key.hex.utf8.prefix(8) {
      index = index << 4 | Int(digit < 58 ? digit - 48 : digit - 87)
    }
    return index
  }

  /// The only right result of a job.
  static func result(of index: Int) -> JobResult {
    JobResult(scalars: [JobResult.Scalar("value", Double(index) * 1.25)], curves: [])
  }

  /// Some jobs are so short that others may wait behind them on their worker, for all that is known.
  var mayWaitOnWorkers: Bool {
    jobs.contains { $0.demand.cpuSeconds ?? 0 < 0.05 }
  }

  /// The longest time that a run may take when no more faults strike, seconds. Generous: the
  /// checker looks for runs that never end.
  var patience: Double {
    let cycle = lending.map { $0.seconds + $0.wait + 400 } ?? 0
    return 8000 + 2 * giveUp + (lending == nil ? 0 : 40_000)
      + 12 * (longestAttempt + 2 * lease + 60 + cycle) * Double(jobs.count + 5)
  }

  /// The longest time that an attempt may take, seconds.
  var longestAttempt: Double {
    let slow = faults[.slowAttempt] > 0 ? Self.slowest : 1
    let speeds = hosts.map(\.speed) + (lending == nil ? [] : [Lending.slowest])
    return slow * (jobs.map(\.seconds).max() ?? 0) / (speeds.min() ?? 1)
  }
}

extension Scenario {
  /// How many times as long a slow attempt takes at most.
  static let slowest = 40.0

  /// The scenario of a seed.
  init(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x5175_616e_7461)
    let count = random.integer(0...1) == 0 ? random.integer(1...20) : random.integer(1...200)
    let workers = random.integer(1...8)
    heartbeat = random.uniform(1, 5)
    lease = heartbeat * random.uniform(4, 10)
    grace = random.uniform(30, 600)
    giveUp = random.uniform(60, 600)
    checkpoint = random.uniform(3, 60)
    latency = (0.0005, random.chance(0.3) ? 1.5 : 0.05)
    let scale = [1.0, 5, 30][random.integer(0...2)]
    let ideal = Double(count) * scale / Double(workers)
    faults = Faults.drawn(
      &random, windowSeconds: min(900, 20 + ideal * random.uniform(0.3, 2)))
    // Apart from the others, so that a seed keeps its scenario.
    var apart = SplitMix64(seed: seed ^ 0x736c_6f77)
    if apart.chance(0.3) { faults[.slowAttempt] = apart.uniform(0.01, 0.3) }
    if apart.chance(0.3) { faults[.chosenRun] = apart.uniform(0.1, 1) }
    var pools = SplitMix64(seed: seed ^ 0x706f_6f6c)
    if pools.chance(0.3) {
      for kind in Faults.pools { faults[kind] = pools.uniform(0.3, 6) }
    }
    hosts = (0..<workers).map { _ in Self.host(&random, faults) }
    jobs = Self.jobs(count, scale: scale, &random, faults, hosts)
    drawResources(seed: seed)
    drawShares(seed: seed)
    drawDevices(seed: seed)
    drawShortJobs(seed: seed)
    drawUnknownCosts(seed: seed)
    drawManners(seed: seed)
    drawLending(seed: seed)
  }

  /// Gives some hosts what has a name, and lets some jobs need it; apart from everything else, so that
  /// a seed without them keeps its scenario. At times some jobs need more than any host has.
  private mutating func drawResources(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x6770_75)
    guard random.chance(0.3) else { return }
    let names = random.chance(0.3) ? ["gpu", "licence"] : ["gpu"]
    for name in names {
      let most = random.integer(1...4)
      for index in hosts.indices where index == 0 || random.chance(0.6) {
        hosts[index].has[name] = Amount(index == 0 ? most : random.integer(1...most))
      }
      let needed = random.chance(0.1) ? most + 1 : most
      let share = random.uniform(0.2, 1)
      for index in jobs.indices where random.chance(share) {
        jobs[index].demand.needs[name] = Amount(random.integer(1...needed))
      }
    }
  }

  /// At times some of those that need one share it: alike, or in parts that fit together badly.
  private mutating func drawShares(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x7368_6172)
    guard random.chance(0.6) else { return }
    let share = random.uniform(0.2, 1)
    // Few different ones, as there are few kinds of jobs.
    let parts =
      random.chance(0.5)
      ? [[500, 250, 100, 333][random.integer(0...3)]]
      : (0..<random.integer(2...4)).map { _ in random.integer(1...999) }
    for index in jobs.indices {
      for need in jobs[index].demand.needs.named where random.chance(share) {
        let part = parts[random.integer(0...parts.count - 1)]
        jobs[index].demand.needs[need.name] = Amount(thousandths: part)
      }
    }
  }

  /// Workers may find the GPUs, and the cluster file say nothing of them, fewer or more.
  private mutating func drawDevices(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x6465_7669)
    for index in hosts.indices where random.chance(0.6) && hosts[index].has["gpu"] > 0 {
      let count = hosts[index].has["gpu"].count
      let isFewer = random.chance(0.3)
      hosts[index].found = count + (isFewer ? random.integer(1...3) : 0)
      var stated = hosts[index].has
      stated["gpu"] = Amount(
        isFewer ? count : random.chance(0.5) ? 0 : count + random.integer(1...3))
      hosts[index].stated = stated
    }
  }

  /// At times jobs are over in a moment; apart from everything else.
  private mutating func drawShortJobs(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x7368_6f72_74)
    guard random.chance(0.2) else { return }
    let share = random.uniform(0.5, 1.5)
    for index in jobs.indices where random.chance(share) {
      jobs[index].seconds *= 0.001
      jobs[index].demand.cpuSeconds = jobs[index].seconds * random.uniform(0.5, 2)
    }
  }

  /// At times nobody knows beforehand how long jobs last, or how much memory they need either.
  private mutating func drawUnknownCosts(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x636f_7374)
    guard random.chance(0.4) else { return }
    learnsMemory = random.chance(0.5)
    for index in jobs.indices {
      var needs = jobs[index].demand.needs
      // At times more than any host has.
      jobs[index].memoryBytes = needs.memoryBytes * (random.chance(0.1) ? 4 : 1)
      if learnsMemory { needs.memoryBytes = 0 }
      let known = jobs[index].demand
      jobs[index].demand = JobDemand(
        cpuSeconds: nil, needs: needs, usefulThreads: known.usefulThreads,
        timeoutSeconds: known.timeoutSeconds, retries: known.retries)
    }
  }

  private static func host(_ random: inout SplitMix64, _ faults: Faults) -> SimulatedHost {
    SimulatedHost(
      has: Amounts(threads: random.integer(1...8), memoryBytes: random.integer(1...4) << 30),
      speed: random.uniform(0.5, 2),
      drift: random.chance(faults[.clockDrift]) ? random.uniform(0.7, 1.4) : 1,
      isBad: random.chance(faults[.badHost]),
      joinsAt: random.chance(faults[.hostLate]) ? random.uniform(1, faults.windowSeconds) : 0)
  }

  private static func jobs(
    _ count: Int, scale: Double, _ random: inout SplitMix64, _ faults: Faults,
    _ hosts: [SimulatedHost]
  ) -> [SimulatedJob] {
    let threads = random.chance(0.4) ? random.integer(1...4) : nil
    let useful = random.integer(1...6)
    let timeout = random.chance(0.2) ? scale * random.uniform(1, 6) : nil
    let retries = RetryPolicy(
      maximum: random.integer(0...3), backoffSeconds: random.uniform(0.5, 20))
    let sizes = random.integer(1...6)
    let largest = random.chance(0.1) ? 5 << 30 : (hosts.map(\.has.memoryBytes).max() ?? 0)
    return (0..<count).map { index in
      let seconds = scale * random.uniform(0.02, 2)
      let demand = JobDemand(
        cpuSeconds: (seconds * random.uniform(0.5, 2) * 4).rounded() / 4,
        needs: Amounts(
          threads: threads ?? 0, memoryBytes: largest / sizes * random.integer(1...sizes)),
        usefulThreads: useful, timeoutSeconds: timeout, retries: retries)
      let nature: Nature =
        random.chance(faults[.poisonJob])
        ? .poison : random.chance(faults[.killerJob]) ? .killer : .sound
      return SimulatedJob(job: job(index), demand: demand, seconds: seconds, nature: nature)
    }
  }
}
