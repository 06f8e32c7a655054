import Basics
import Glibc
public import SweepModel

/// What a job will take, as learnt from those that are done; nil where they do not tell.
public struct JobCost: Hashable, Sendable {
  /// Wall time on one thread, seconds: what it takes on several times as many as help it.
  public var seconds: Double?
  /// CPU time, seconds.
  public var cpuSeconds: Double?
  /// Memory that suffices, bytes: the peak with a margin.
  public var memoryBytes: Int?

  /// Nobody knows anything.
  public init() {}
}

/// Learns what jobs cost from those of them that are done, where nobody can say it beforehand.
///
/// Each kind of cost is a power law of the numbers among the parameters, with levels for words. It
/// depends on nothing but what it is told, in that order. Learning a job is O(1); a fit looks at no more than
/// ``sampleSize`` jobs, and is due whenever there are a
/// quarter more than at the last one, of many half as many more.
public struct CostBook: Sendable {
  private struct Sample {
    let point: Int32
    let seconds: Double
    let cpuSeconds: Double
    let memoryBytes: Double
  }

  private let grid: CostGrid
  private let usefulThreads: [Int32]
  private let places: [Range<Int>]
  private let size: Int
  private var samples: [Sample] = []
  private var random = SplitMix64(seed: 0x636f_7374)
  /// What each point will take, as of the last fit.
  private var costs: [JobCost]
  private var fits = Fits()
  private var fittedCount = 0
  /// Jobs that it has learnt from.
  public private(set) var count = 0

  private struct Fits {
    var seconds: CostFit?
    var cpuSeconds: CostFit?
    var memoryBytes: CostFit?
  }

  /// Jobs of which a fit looks at most at so many, drawn evenly.
  public static let sampleSize = 1024
  /// A logarithm that may be off by more is not known.
  private static let mostError = 0.7

  /// Prepares to learn of jobs.
  ///
  /// - Parameters:
  ///   - usefulThreads: threads beyond which a job no longer gains.
  ///   - seeds: parameters that change nothing of a cost.
  public init(
    _ jobs: [Parameters], usefulThreads: [Int]? = nil, seeds: Set<String> = ["seed"]
  ) {
    grid = CostGrid(jobs, seeds: seeds)
    self.usefulThreads = (usefulThreads ?? []).map { Int32(clamping: max(1, $0)) }
    var places: [Range<Int>] = []
    var size = 1
    for axis in grid.axes {
      places.append(size..<size + axis.size)
      size += axis.size
    }
    self.places = places
    self.size = size
    costs = Array(repeating: JobCost(), count: grid.pointCount)
  }

  /// The order in which jobs show most of their costs: worth more than any other while nothing is
  /// known.
  public var spread: [Int32] { grid.spread() }

  /// Takes in what a job took.
  public mutating func learn(_ job: Int, _ use: JobUse) {
    let useful = usefulThreads.isEmpty ? 1 : Int(usefulThreads[job])
    let sample = Sample(
      point: grid.point[job],
      seconds: use.wallSeconds * Double(max(1, min(use.threads, useful))),
      cpuSeconds: use.cpuSeconds, memoryBytes: Double(use.memoryBytes))
    count += 1
    if samples.count < Self.sampleSize {
      samples.append(sample)
    } else {
      let place = random.integer(0...count - 1)
      if place < samples.count { samples[place] = sample }
    }
  }

  /// Enough has come since the last fit.
  public var isDue: Bool { count > fittedCount + fittedCount / (fittedCount < 100 ? 4 : 2) }

  /// Fits anew.
  public mutating func fit() {
    guard count > 0 else { return }
    fittedCount = count
    fits.seconds = fit(\.seconds, .time)
    fits.cpuSeconds = fit(\.cpuSeconds, .time)
    fits.memoryBytes = fit(\.memoryBytes, .memory)
    for point in costs.indices { costs[point] = cost(row(of: point)) }
  }

  private func fit(
    _ value: KeyPath<Sample, Double>, _ expected: CostFit.Expectation
  ) -> CostFit? {
    let observations = samples.compactMap { sample -> CostFit.Observation? in
      let number = sample[keyPath: value]
      guard number > 0, number.isFinite else { return nil }
      return CostFit.Observation(row: row(of: Int(sample.point)), value: log(number))
    }
    guard !observations.isEmpty else { return nil }
    let levels = zip(grid.axes, places).filter { $0.0.kind == .levels }.map(\.1)
    return CostFit(observations, size: size, levels: levels, expected)
  }

  private func row(of point: Int) -> NormalEquations.Row {
    let codes = grid.codes(of: point)
    return [(0, 1)]
      + zip(codes, grid.axes.indices).map { code, axis in
        grid.axes[axis].kind == .levels
          ? (places[axis].lowerBound + Int(code), 1)
          : (
            places[axis].lowerBound,
            grid.axes[axis].feature(of: grid.axes[axis].values[Int(code)]) ?? 0
          )
      }
  }

  private func cost(_ row: NormalEquations.Row) -> JobCost {
    var cost = JobCost()
    cost.seconds = fits.seconds.flatMap { Self.known($0.cost(row)) }
    cost.cpuSeconds = fits.cpuSeconds.flatMap { Self.known($0.cost(row)) }
    if let fit = fits.memoryBytes {
      let found = fit.cost(row)
      guard let mean = Self.known(found) else { return cost }
      let margin = exp(2 * (fit.noise * fit.noise + found.error * found.error).squareRoot())
      cost.memoryBytes = Int(min(mean * min(2, max(1.1, margin)), 0x1p60))
    }
    return cost
  }

  private static func known(_ cost: (mean: Double, error: Double)) -> Double? {
    cost.error <= mostError && cost.mean.isFinite ? cost.mean : nil
  }

  /// What a job will take, as of the last fit.
  public func cost(of job: Int) -> JobCost { costs[Int(grid.point[job])] }

  /// What a job of other parameters would take; nothing is known of words that no job has, nor of what
  /// differs where all jobs are alike.
  public func cost(of parameters: Parameters) -> JobCost {
    guard grid.common.allSatisfy({ parameters[$0.key] == $0.value }) else { return JobCost() }
    var row: NormalEquations.Row = [(0, 1)]
    for (axis, places) in zip(grid.axes, places) {
      let value = parameters[axis.name]
      if axis.kind == .levels {
        guard let code = axis.values.firstIndex(of: value) else { return JobCost() }
        row.append((places.lowerBound + code, 1))
      } else {
        guard let feature = axis.feature(of: value) else { return JobCost() }
        row.append((places.lowerBound, feature))
      }
    }
    return cost(row)
  }
}
