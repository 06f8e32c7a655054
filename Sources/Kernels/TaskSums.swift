/// Sums of losses and hits over each run of equal tasks in one batch, whose samples stand in order
/// of task. Batches are summed by different threads and then added up in a fixed order.
public final class RunSums: Sendable {
  let tasks: [Int]
  let starts: [Int]
  let losses: Buffer<Double>
  let squares: Buffer<Double>
  let hits: Buffer<Int>

  /// Finds the runs of a batch, which must not change afterwards.
  public init(_ batch: BinaryBatch) {
    let members = (0..<batch.taskStarts.count - 1).filter {
      batch.taskStarts[$0] < batch.taskStarts[$0 + 1]
    }
    tasks = members
    starts = members.map { Int(batch.taskStarts[$0]) } + [batch.count]
    losses = Buffer(count: members.count)
    squares = Buffer(count: members.count)
    hits = Buffer(count: members.count)
  }

  /// Sums the losses of the batch's samples, and counts those whose larger logit is their class's.
  public func sum(_ batch: BinaryBatch, losses sampleLosses: Buffer<Float>, margins: Buffer<Float>)
  {
    for run in tasks.indices {
      var loss = 0.0
      var square = 0.0
      var right = 0
      for sample in starts[run]..<starts[run + 1] {
        let value = Double(sampleLosses.base[sample])
        loss += value
        square += value * value
        let isOne: UInt8 = margins.base[sample] > 0 ? 1 : 0
        right &+= isOne == batch.labels.base[sample] ? 1 : 0
      }
      losses[run] = loss
      squares[run] = square
      hits[run] = right
    }
  }
}

/// Sums of losses and hits for each task.
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

  /// Adds a batch's sums.
  public func add(_ sums: RunSums) {
    for (run, task) in sums.tasks.enumerated() {
      losses[task] += sums.losses[run]
      squares[task] += sums.squares[run]
      hits[task] += sums.hits[run]
    }
  }
}
