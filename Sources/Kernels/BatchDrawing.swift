/// Draws the samples of a batch in phases whose items many threads share.
///
/// The phases, in this order, are ``drawTasks(_:)`` for every chunk of places, ``arrange()`` once,
/// ``sort(_:)`` for every chunk, and ``drawBits(_:)`` for ranges that cover the batch. They put the
/// samples into ascending order of task, those of one task in the order of their places (a counting
/// sort), so the batch depends on nothing but the numbers of its samples.
public final class BatchDrawing: @unchecked Sendable {
  /// Receives the samples.
  public let batch: BinaryBatch
  /// Places in a chunk; the last may have fewer.
  public static let chunkCount = 2048

  private let samples: ParitySamples
  private let kernels: KernelSet
  private let unsortedNumbers: Buffer<UInt64>
  private let unsortedTasks: Buffer<UInt16>
  private let numbers: Buffer<UInt64>
  /// For each chunk, how many samples each task has in it; then where its next one goes.
  private let targets: Buffer<Int32>
  private var count = 0
  private var first = 0
  private var permutation: IndexPermutation?

  /// Creates room for drawing into a batch.
  public init(samples: ParitySamples, batch: BinaryBatch, kernels: KernelSet) {
    self.samples = samples
    self.batch = batch
    self.kernels = kernels
    unsortedNumbers = Buffer(count: batch.capacity)
    unsortedTasks = Buffer(count: batch.capacity)
    numbers = Buffer(count: batch.capacity)
    let chunks = (batch.capacity + Self.chunkCount - 1) / Self.chunkCount
    targets = Buffer(count: chunks * samples.layout.tasks)
  }

  /// Chooses the samples: `count` consecutive numbers, each sent through the permutation if there
  /// is one. Called by the owner before the phases.
  public func choose(count: Int, from first: Int, through permutation: IndexPermutation?) {
    precondition(count <= batch.capacity, "the batch is too small")
    self.count = count
    self.first = first
    self.permutation = permutation
  }

  /// Chunks of the chosen samples.
  public var chunks: Int { (count + Self.chunkCount - 1) / Self.chunkCount }

  private func places(_ chunk: Int) -> Range<Int> {
    chunk * Self.chunkCount..<min(count, (chunk + 1) * Self.chunkCount)
  }

  /// Draws the tasks of a chunk and counts them.
  public func drawTasks(_ chunk: Int) {
    let places = places(chunk)
    unsortedNumbers.number(places, from: first, through: permutation)
    kernels.drawTasks(
      TaskDraw(
        frequencies: samples.frequencies, stream: samples.taskStream, numbers: unsortedNumbers,
        tasks: unsortedTasks), places)
    let tasks = samples.layout.tasks
    targets.fill(chunk * tasks..<(chunk + 1) * tasks, with: 0)
    let members = targets.base + chunk * tasks
    for place in places { members[Int(unsortedTasks.base[place])] &+= 1 }
  }

  /// Finds where each task begins, and where the samples of each task and chunk go.
  public func arrange() {
    let tasks = samples.layout.tasks
    let starts = batch.taskStarts.base
    var next: Int32 = 0
    for task in 0..<tasks {
      starts[task] = next
      for chunk in 0..<chunks {
        let members = targets.base[chunk * tasks + task]
        targets.base[chunk * tasks + task] = next
        next &+= members
      }
    }
    starts[tasks] = next
  }

  /// Sends the samples of a chunk to their places.
  public func sort(_ chunk: Int) {
    let next = targets.base + chunk * samples.layout.tasks
    for place in places(chunk) {
      let task = unsortedTasks.base[place]
      let target = Int(next[Int(task)])
      next[Int(task)] &+= 1
      numbers.base[target] = unsortedNumbers.base[place]
      batch.tasks.base[target] = task
    }
  }

  /// Draws bits and labels of a range of sorted places, which starts at a multiple of 64; fills the
  /// batch's columns if there are any.
  public func drawBits(_ places: Range<Int>) {
    kernels.drawBits(
      BitDraw(
        layout: samples.layout, stream: samples.bitStream, subsets: samples.subsets,
        numbers: numbers, batch: batch), places)
  }

  /// The number of the sample that was sorted to a place.
  public func number(_ place: Int) -> UInt64 { numbers.base[place] }

  /// All phases on the calling thread.
  public func drawAll() {
    for chunk in 0..<chunks { drawTasks(chunk) }
    arrange()
    for chunk in 0..<chunks { sort(chunk) }
    drawBits(0..<count)
  }

  /// Draws a batch whose tasks are given in ascending order, for samples with consecutive numbers
  /// from `first` on.
  public func draw(tasks: ArraySlice<UInt16>, from first: Int) {
    arrange(tasks: tasks)
    number(from: first)
    drawBits(0..<count)
  }

  /// Numbers the samples of a batch whose tasks are arranged, from `first` on; ``drawBits(_:)`` then
  /// draws them.
  public func number(from first: Int) { numbers.number(0..<count, from: first, through: nil) }

  /// Gives a batch tasks in ascending order, which stay while its samples are numbered again and
  /// again.
  public func arrange(tasks: ArraySlice<UInt16>) {
    choose(count: tasks.count, from: 0, through: nil)
    batch.taskStarts.fill(0..<batch.taskStarts.count, with: 0)
    for (place, task) in tasks.enumerated() {
      precondition(place == 0 || batch.tasks[place - 1] <= task, "tasks must ascend")
      batch.tasks[place] = task
      batch.taskStarts[Int(task) + 1] += 1
    }
    for task in 1..<batch.taskStarts.count { batch.taskStarts[task] += batch.taskStarts[task - 1] }
  }
}
