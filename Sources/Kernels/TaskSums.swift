/// Sums of losses and hits for each task, added one batch after the other in a fixed order.
public struct TaskSums: Sendable {
  /// Sums of losses.
  public let losses: Buffer<Double>
  /// Sums of squared losses.
  public let squares: Buffer<Double>
  /// Samples whose larger logit is that of their class.
  public let hits: Buffer<Int>

  /// Creates zero sums.
  public init(tasks: Int) {
    losses = Buffer(count: tasks)
    squares = Buffer(count: tasks)
    hits = Buffer(count: tasks)
  }

  /// Sets all sums to zero.
  public func clear() {
    losses.fill(0..<losses.count, with: 0)
    squares.fill(0..<squares.count, with: 0)
    hits.fill(0..<hits.count, with: 0)
  }

  /// Adds all samples of a batch.
  public func add(_ batch: BinaryBatch, losses sampleLosses: Buffer<Float>, margins: Buffer<Float>)
  {
    for sample in 0..<batch.count {
      let task = Int(batch.tasks.base[sample])
      let loss = Double(sampleLosses.base[sample])
      losses.base[task] += loss
      squares.base[task] += loss * loss
      let isOne = margins.base[sample] > 0
      if isOne == (batch.labels.base[sample] == 1) { hits.base[task] &+= 1 }
    }
  }
}
