import Kernels
import Training

/// The parameters of a job whose samples are bits and control bits, their label the parity of those bits
/// for which the control bits ask. A subtask is a set of control bits, its code.
protocol ParityProblem: TrainingSettings {
  /// The network; a task of its layout is a control bit, or a sum of several.
  var shape: NetworkShape { get }
  var optimiser: ParityOptimiser { get }
  var seed: UInt64 { get }
  /// Subtasks, which are the layout's first tasks.
  var tasks: Int { get }
  /// How often a sample of training is of each of the layout's tasks.
  var frequencies: AliasTable { get }
  /// The bits for which each of the layout's tasks asks.
  var subsets: [[Int]] { get }
  /// Control bits that no sample has, the last ones.
  var untrained: Int { get }
  /// A second mechanism of the first subtask; nil where there is none.
  var marker: ParityMarker? { get }
  /// Whether the job may end before its last step.
  var earlyStop: Bool { get }
  /// Samples in a full batch.
  var batchCapacity: Int { get }
  /// The samples of step `step`, counted from 1.
  func batch(step: Int) -> ParityBatches.Batch
  /// The tasks of every batch's samples, ascending; nil where each sample draws its own.
  var arranged: [UInt16]? { get }
  /// Distinct training samples after a number of steps, D.
  func distinctSamples(afterSteps count: Int) -> Int
  /// Test samples of a subtask with probability p.
  func testSamples(probability: Double) -> Int
  /// Test samples of all subtasks.
  var testCount: Int { get }
}

extension ParityProblem {
  var untrained: Int { 0 }
  var marker: ParityMarker? { nil }
  var earlyStop: Bool { false }
  var arranged: [UInt16]? { nil }

  /// Distinct training samples after a number of steps where every batch is fresh.
  func freshSamples(afterSteps count: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: batchCapacity)
    return overflow ? .max : product
  }

  /// The control bits of each of the layout's tasks.
  var codes: [[Int]] { (0..<shape.controls).map { [$0] } + shape.sums }
}
