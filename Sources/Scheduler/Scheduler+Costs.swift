import Costs
public import SweepModel

// What jobs cost where nobody can say it beforehand: learnt from those that are done.
//
// The first tenth of the jobs are those that show most, the ends of every axis and its middle; then
// come jobs of which nothing is known yet, then the longest first. Nothing is ever refused for what was
// only learnt: a job that seems larger than every host gets the largest one.

/// What the scheduler has learnt of its jobs' costs.
struct LearntCosts: Sendable {
  var book: CostBook
  /// Each job's place in the order in which jobs show most.
  private let rank: [Int32]
  /// So many are explored first, however long they take.
  private let explored: Int
  /// No job of a kind is said to need more memory than its entry, bytes; as the ready queue counts
  /// kinds.
  var mostMemory: [Int]
  /// Steps taken so far: what learning has cost, without a clock.
  var work = 0

  private static let fewestExplored = 3
  private static let mostExplored = 64

  init(_ jobs: [JobStatus], kinds: Int) {
    mostMemory = Array(repeating: .max, count: kinds)
    book = CostBook(
      jobs.map(\.job.parameters), usefulThreads: jobs.map(\.demand.usefulThreads))
    var rank = Array(repeating: Int32(0), count: jobs.count)
    for (place, job) in book.spread.enumerated() { rank[Int(job)] = Int32(place) }
    self.rank = rank
    explored = min(Self.mostExplored, max(Self.fewestExplored, (jobs.count + 9) / 10))
  }

  /// All jobs, the next first.
  func order(_ jobs: [JobStatus]) -> [Int32] {
    // Classes of what is explored, what is not known, and what is.
    let keys = jobs.indices.map { index -> (Int8, Double) in
      if rank[index] < explored { return (0, Double(rank[index])) }
      guard let seconds = jobs[index].demand.cpuSeconds else { return (1, Double(rank[index])) }
      return (2, -seconds)
    }
    return jobs.indices.map { Int32($0) }.sorted {
      let (left, right) = (keys[Int($0)], keys[Int($1)])
      return (left.0, left.1, $0) < (right.0, right.1, $1)
    }
  }
}

extension Scheduler {
  /// Begins to learn, where some job's cost is not known.
  mutating func startLearning(from uses: [JobKey: JobUse]) {
    guard jobs.contains(where: { $0.demand.cpuSeconds == nil }) else { return }
    var costs = LearntCosts(jobs, kinds: ready.kinds.count)
    for index in jobs.indices {
      if let use = uses[jobs[index].job.key] { costs.book.learn(index, use) }
    }
    costs.book.fit()
    self.costs = costs
    price()
  }

  /// Takes in what a job took; all are priced anew now and then.
  mutating func learn(_ index: Int, _ use: JobUse) {
    costs?.book.learn(index, use)
    guard costs?.book.isDue == true else { return }
    costs?.book.fit()
    price()
  }

  /// Prices all jobs by what was learnt, and orders those that wait anew.
  private mutating func price() {
    guard let costs else { return }
    for index in jobs.indices {
      let cost = costs.book.cost(of: index)
      jobs[index].demand.cpuSeconds = cost.seconds
      if jobs[index].demand.learnsMemory {
        jobs[index].demand.needs.memoryBytes = min(
          cost.memoryBytes ?? 0, costs.mostMemory[ready.kind(of: index)])
      }
    }
    self.costs?.work += jobs.count + ready.work + choosy.work
    let waiting = jobs.indices.filter { jobs[$0].phase == .ready }
    let (needs, order) = (jobs.map(\.demand.needs), costs.order(jobs))
    ready = ReadyQueue(needs, order: order, queued: waiting.filter { !jobs[$0].isChoosy })
    choosy = ReadyQueue(needs, order: order)
    for index in waiting where jobs[index].isChoosy {
      choosy.insert(index, shunning: jobs[index].failedWorker.flatMap(find))
    }
    mayPlace = true
    timeLack = nil
  }

  /// What was only learnt keeps no job waiting: one that seems larger than every worker that is there
  /// gets the largest one to itself.
  mutating func fitLearntMemory() {
    guard let before = costs?.mostMemory else { return }
    for (kind, named) in ready.kinds.enumerated() {
      let largest = mostMemoryEver(with: named)
      guard largest >= 0, let most = costs?.mostMemory[kind] else { continue }
      let isTooLarge =
        (ready.longest(kind, memoryAbove: largest) ?? choosy.longest(kind, memoryAbove: largest))
        .map { jobs[$0].demand.learnsMemory } ?? false
      if isTooLarge || largest > most { costs?.mostMemory[kind] = largest }
    }
    if costs?.mostMemory != before { price() }
  }

  /// Whether nobody could say beforehand what the run's jobs take.
  public var learnsCosts: Bool { costs != nil }

  /// Whether nobody knows yet what some job takes that is not done; O(jobs).
  public var awaitsCosts: Bool {
    costs != nil
      && jobs.contains { job in
        guard job.demand.cpuSeconds == nil else { return false }
        switch job.phase {
        case .ready, .delayed, .running: return true
        case .unchosen, .outpaced, .done, .closed: return false
        }
      }
  }

  /// What a job will take by the clock on so many threads, seconds; nil while nobody knows.
  public func predictedSeconds(_ key: JobKey, threads: Int) -> Double? {
    indexByKey[key].flatMap { prediction(jobs[$0].demand, threads: threads) }
  }

  /// Seconds to the end where costs are learnt; nil while they are not known, or where no worker is
  /// there.
  ///
  /// - Parameters:
  ///   - startsMore: whether what waits will start.
  ///   - left: what an attempt has left by its own account, seconds, if it tells.
  public func secondsLeft(
    startsMore: Bool, at now: Double, _ left: (AttemptID) -> Double?
  ) -> Double? {
    var running: [Double] = []
    var waiting: [Double] = []
    var memory = 0.0
    for job in jobs {
      switch job.phase {
      case .running(let attempt):
        let passed = max(0, now - attempt.since)
        let threads = attempt.allocation.amounts.threads
        if let seconds = left(attempt.attempt) {
          running.append(seconds)
        } else if let seconds = prediction(job.demand, threads: threads) {
          // One that should have ended may take as long again as it is late, or a tenth.
          running.append(max(seconds - passed, 0.1 * passed))
        } else {
          return nil
        }
      case .ready, .delayed:
        guard startsMore else { continue }
        let threads = max(job.demand.needs.threads, 1)
        guard let seconds = prediction(job.demand, threads: threads) else { return nil }
        waiting.append(seconds)
        memory += Double(job.demand.needs.memoryBytes)
      case .unchosen, .outpaced, .done, .closed: continue
      }
    }
    return Makespan.seconds(
      running: running, waiting: waiting,
      places: placesAtOnce(memory: Int(memory / Double(max(1, waiting.count)))))
  }

  /// How many jobs of the run fit at once on the workers that are there, each with so much memory.
  private func placesAtOnce(memory bytes: Int) -> Int {
    guard var needs = jobs.first?.demand.least else { return 0 }
    needs.memoryBytes = bytes
    return workers.reduce(0) { sum, worker in
      guard worker.mayTakeWork, worker.capacity.threads > 0 else { return sum }
      var one = needs
      one.threads = min(one.threads, worker.capacity.threads)
      return sum + (one.multiples(in: worker.capacity) ?? 0)
    }
  }
}
