import Basics
import Kernels
public import SweepModel

/// The training core of a job, to be timed from outside: the same step and the same evaluation that
/// its workload runs.
public protocol TrainingBenchmark: AnyObject, SendableMetatype {
  /// Prepares a job with fresh weights; `parameters` are complete and valid.
  init(_ parameters: Parameters, threads: Int)
  /// The instruction set of the kernels.
  var instructionSet: String { get }
  /// Samples in a batch.
  var batchCount: Int { get }
  /// Samples that an evaluation looks at.
  var testSampleCount: Int { get }
  /// Does one step of training.
  func runStep()
  /// Evaluates the network and returns its loss.
  func evaluate() -> Double
  /// A hash of all parameters as they stand.
  var parameterHash: UInt64 { get }
}

extension Buffer<Float> {
  /// A hash of all bits (64-bit FNV-1a a number).
  var fingerprint: UInt64 {
    elements(0..<count).reduce(into: FNV1a()) { $0.update(UInt64($1.bitPattern)) }.value
  }
}
