import Basics
import Costs
import Glibc
import SweepModel
import Testing

/// A grid whose jobs have a law of their own, and noise.
struct TrueGrid: Sendable {
  let name: String
  let jobs: [Parameters]
  let law: @Sendable (Parameters) -> Double

  static func jobs(_ axes: [(String, [Value])]) -> [Parameters] {
    axes.reduce([Parameters()]) { jobs, axis in
      jobs.flatMap { job in
        axis.1.map { value in
          var job = job
          job[axis.0] = value
          return job
        }
      }
    }
  }

  static let seeds: (String, [Value]) = ("seed", [0, 1, 2])
  static let widths: (String, [Value]) = ("width", [8, 16, 32, 64, 128, 256, 512, 1024])

  static let all = [
    TrueGrid(name: "a power of the width", jobs: jobs([widths, seeds])) {
      0.02 * pow($0.real("width"), 1.7)
    },
    TrueGrid(name: "a start and a power", jobs: jobs([widths, seeds])) {
      3 + 0.01 * pow($0.real("width"), 1.5)
    },
    TrueGrid(
      name: "widths, steps and learning rates",
      jobs: jobs([
        ("lr", [1e-4, 3e-4, 1e-3, 3e-3]), ("steps", [1000, 3000, 10_000]), widths, seeds,
      ])
    ) { 5 + 1e-5 * $0.real("steps") * pow($0.real("width"), 1.2) },
    TrueGrid(
      name: "words, switches and zeros",
      jobs: jobs([
        ("optimizer", ["adam", "sgd", "lion"]), ("compile", [true, false]),
        ("dropout", [0.0, 0.1, 0.5]), ("depth", [2, 4, 8, 16]), seeds,
      ])
    ) {
      let factor = $0.text("optimizer") == "lion" ? 2.0 : 1
      return factor * 0.5 * $0.real("depth") * ($0["compile"] == .flag(true) ? 0.6 : 1)
    },
    TrueGrid(name: "nothing but seeds", jobs: jobs([("seed", (0..<40).map { .integer($0) })])) {
      _ in 7
    },
    TrueGrid(
      name: "many data sets",
      jobs: jobs([("data", (0..<20).map { .text("set\($0)") }), ("seed", [0, 1, 2, 3, 4])])
    ) { 10 + Double($0.text("data").utf8.last ?? 0) },
  ]
}

/// What real runs do to a law.
enum Noise: String, CaseIterable {
  case none, even, stragglers, hosts

  func factor(_ random: inout SplitMix64) -> Double {
    let normal = (0..<12).reduce(-6.0) { sum, _ in sum + random.fraction() }
    return switch self {
    case .none: 1
    case .even: exp(0.15 * normal)
    case .stragglers: exp(0.08 * normal) * (random.chance(0.05) ? 3 : 1)
    case .hosts: exp(0.05 * normal) * (random.chance(0.5) ? 1 : 1.5)
    }
  }
}

@Suite struct CostBookTests {
  static let draws = 40

  @Test(arguments: TrueGrid.all.indices, Noise.allCases)
  func `After a tenth of the jobs the time of all is known within a fifth`(
    _ place: Int, _ noise: Noise
  ) {
    let grid = TrueGrid.all[place]
    var errors: [Double] = []
    for draw in 0..<Self.draws {
      var random = SplitMix64(seed: UInt64(draw))
      let times = grid.jobs.map { grid.law($0) * noise.factor(&random) }
      var book = CostBook(grid.jobs)
      for job in book.spread.prefix((grid.jobs.count + 9) / 10).map({ Int($0) }) {
        book.learn(job, Self.use(times[job]))
      }
      book.fit()
      let known = grid.jobs.indices.compactMap { book.cost(of: $0).seconds }
      #expect(known.count == grid.jobs.count, "\(grid.name), draw \(draw)")
      errors.append(abs(known.reduce(0, +) / times.reduce(0, +) - 1))
    }
    errors.sort()
    if noise == .none { #expect(errors[Self.draws - 1] < 0.03, "\(grid.name)") }
    // Where a few jobs are most of the time, their own noise is beyond what anybody can predict.
    #expect(errors[Self.draws * 3 / 4] < 0.2, "\(grid.name): \(errors)")
    #expect(errors[Self.draws / 2] < 0.15, "\(grid.name): \(errors)")
  }

  static func use(_ seconds: Double, memory: Int = 0) -> JobUse {
    JobUse(threads: 1, wallSeconds: seconds, cpuSeconds: 0.9 * seconds, memoryBytes: memory)
  }

  static let widths = TrueGrid.jobs([TrueGrid.widths, TrueGrid.seeds])

  @Test func `Nothing is known before a job has ended, nor of sizes of which none has`() {
    var book = CostBook(Self.widths)
    book.fit()
    #expect(Self.widths.indices.allSatisfy { book.cost(of: $0) == JobCost() })
    book.learn(0, Self.use(3))
    book.fit()
    // Its own size, with another seed, is; one of 128 times the width is not.
    #expect(abs((book.cost(of: 1).seconds ?? 0) - 3) < 0.2)
    #expect(book.cost(of: 23).seconds == nil)
    book.learn(23, Self.use(300))
    book.fit()
    #expect(abs((book.cost(of: 23).seconds ?? 0) - 300) < 30)
    #expect(abs((book.cost(of: 23).cpuSeconds ?? 0) - 270) < 30)
  }

  @Test func `Memory is learnt with a margin, above what every process has`() {
    var book = CostBook(Self.widths)
    func peak(_ job: Int) -> Int { 400 << 20 + Int(2000 * pow(Self.widths[job].real("width"), 2)) }
    for job in book.spread.prefix(5).map({ Int($0) }) {
      book.learn(job, Self.use(1, memory: peak(job)))
    }
    book.fit()
    for job in Self.widths.indices {
      let bytes = book.cost(of: job).memoryBytes ?? 0
      #expect(bytes > peak(job) && bytes < 2 * peak(job), "\(Self.widths[job])")
    }
  }

  @Test func `One job that hung bends no law`() {
    var book = CostBook(Self.widths)
    for job in Self.widths.indices {
      let seconds = 0.1 * Self.widths[job].real("width")
      book.learn(job, Self.use(job == 5 ? 1000 * seconds : seconds))
    }
    book.fit()
    let last = book.cost(of: 23).seconds ?? 0
    #expect(last > 90 && last < 160, "\(last)")
  }

  @Test func `What nobody measured teaches nothing, and traps nowhere`() {
    var book = CostBook(Self.widths)
    let odd = [0, -1, .nan, .infinity, 1e-300, 1e308]
    for (job, seconds) in odd.enumerated() {
      book.learn(job, JobUse(threads: -3, wallSeconds: seconds, cpuSeconds: 0, memoryBytes: .min))
    }
    book.learn(6, JobUse(threads: .max, wallSeconds: 1, cpuSeconds: 0, memoryBytes: .max))
    book.fit()
    for job in Self.widths.indices {
      #expect(book.cost(of: job).cpuSeconds == nil)
      #expect((book.cost(of: job).seconds ?? 1).isFinite)
    }
  }

  @Test func `Other sizes are predicted, other words are not`() {
    var book = CostBook(TrueGrid.jobs([("model", ["a", "b"]), TrueGrid.widths]))
    for job in 0..<16 { book.learn(job, Self.use(0.1 * Double(8 << (job % 8)))) }
    book.fit()
    var job = Parameters()
    job["model"] = "a"
    job["width"] = 2048
    #expect(abs((book.cost(of: job).seconds ?? 0) - 205) < 30)
    job["model"] = "c"
    #expect(book.cost(of: job) == JobCost())
  }

  @Test func `The first jobs are the ends of every axis and its middle`() {
    let order = CostBook(Self.widths).spread.map { Int($0) }
    #expect(order.prefix(3).map { Self.widths[$0].integer("width") } == [8, 1024, 64])
    #expect(order.prefix(8).allSatisfy { Self.widths[$0].integer("seed") == 0 })
    #expect(order.sorted() == Array(0..<24))
  }

  @Test func `Odd grids have an order and costs, too`() {
    var random = SplitMix64(seed: 7)
    for draw in 0..<200 {
      var values: [Value] = [.integer(0), .integer(-4), .integer(9), .text(""), .flag(true)]
      values += [.real(1e300), .real(.leastNonzeroMagnitude), .text("x"), .real(-0.0)]
      let jobs = (0..<random.integer(1...60)).map { _ in
        var job = Parameters()
        for name in ["a", "b", "c", "seed"] where random.chance(0.8) {
          job[name] =
            random.chance(0.5)
            ? values[random.integer(0...values.count - 1)] : .real(random.uniform(-3, 9))
        }
        return job
      }
      var book = CostBook(jobs)
      #expect(book.spread.map { Int($0) }.sorted() == Array(jobs.indices), "draw \(draw)")
      for job in jobs.indices where random.chance(0.5) {
        book.learn(job, Self.use(random.uniform(0.1, 100)))
        if book.isDue { book.fit() }
      }
      for job in jobs.indices { #expect((book.cost(of: job).seconds ?? 1) > 0, "draw \(draw)") }
    }
  }

  @Test func `An end is predicted for places, not for cores`() {
    #expect(Makespan.seconds(running: [], waiting: [], places: 0) == 0)
    #expect(Makespan.seconds(running: [4], waiting: [1], places: 0) == nil)
    #expect(Makespan.seconds(running: [5], waiting: [7, 1, 1], places: 2) == 7)
    #expect(Makespan.seconds(running: [5, 5, 9], waiting: [2], places: 1) == 11)
    #expect(
      Makespan.seconds(running: [], waiting: Array(repeating: 1, count: 10_000), places: 4) == 2500)
  }
}
