import Costs
package import SweepModel

/// What jobs will take where nobody can say it beforehand, by those of a sweep that are done.
package struct LearntEstimates {
  private let book: CostBook
  private let signature: WorkloadSignature
  /// Jobs that they are learnt from.
  package var count: Int { book.count }

  /// - Parameters:
  ///   - done: Jobs with a result.
  ///   - uses: Tells what jobs took.
  package init(
    of done: [Job], _ signature: WorkloadSignature, _ uses: ([JobKey]) throws -> [JobKey: JobUse]
  ) rethrows {
    self.signature = signature
    let known = try uses(done.map(\.key))
    let jobs = done.filter { known[$0.key] != nil }
    var book = CostBook(
      jobs.map(\.parameters),
      usefulThreads: jobs.map { signature.estimate($0.parameters).usefulThreads })
    for (index, job) in jobs.enumerated() {
      if let use = known[job.key] { book.learn(index, use) }
    }
    book.fit()
    self.book = book
  }

  /// CPU time of a job of any parameters, seconds; nil where the done ones do not tell.
  package func cpuSeconds(_ parameters: Parameters) -> Double? {
    let cost = book.cost(of: parameters)
    return cost.cpuSeconds ?? cost.seconds
  }

  /// What a job of any parameters will need, as far as the done ones tell.
  package func estimate(_ parameters: Parameters) -> JobEstimate {
    let unknown = signature.estimate(parameters)
    let cost = book.cost(of: parameters)
    guard let seconds = cost.seconds else { return unknown }
    return JobEstimate(
      modelParameters: 0, samples: 0, memoryBytes: cost.memoryBytes ?? 0, cpuSeconds: seconds,
      usefulThreads: unknown.usefulThreads)
  }
}
