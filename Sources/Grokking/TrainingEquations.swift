import Kernels

/// What a training set says about embeddings, without any training: the equations
/// E_i + E_n − E_j − E_m = 0 of its parallelograms (arXiv:2205.10343, §3.2).
///
/// Ranks are computed modulo the prime 2⁶¹ − 1. No minor of these rows exceeds 6^(p/2), so for
/// p ≤ 47 the rank is exact; beyond, it could only come out too small, by a freak.
public struct TrainingEquations: Sendable {
  /// The task.
  public let task: AdditionTask
  /// The training set.
  public let trainingSet: [Int]

  private var basis = RowSpace()

  /// Reads the equations of a training set off its samples.
  public init(_ task: AdditionTask, trainingSet: [Int]) {
    self.task = task
    self.trainingSet = trainingSet
    var last = [Int?](repeating: nil, count: task.sums)
    for place in trainingSet {
      let sum = task.samples[place].sum
      // Neighbours with equal sums span what all pairs span.
      if let other = last[sum], let found = task.parallelogram(other, place) {
        basis.insert(found.equation(symbols: task.symbols))
      }
      last[sum] = place
    }
  }

  /// The dimension of the embeddings that obey all equations, at least 2 for p ≥ 2: shift and scale.
  public var freedom: Int { task.symbols - basis.rank }

  /// True when all that obey the equations are shifts and multiples of 0, 1 … p−1.
  public var isLinearUnique: Bool { freedom == min(2, task.symbols) }

  /// True when a parallelogram must form once those of the training set have.
  public func imply(_ parallelogram: Parallelogram) -> Bool {
    basis.contains(parallelogram.equation(symbols: task.symbols))
  }

  /// The accuracy over all samples that embeddings can reach which obey the equations, and nothing
  /// more than they imply: an upper bound but for luck.
  public var idealAccuracy: Double {
    task.accuracy(trainingSet: trainingSet) { imply($0) }
  }
}

extension AdditionTask {
  /// The fraction of `sets` random training sets of a size whose linear representation is unique;
  /// the same for the same seed. Its standard error is √(P(1 − P)/sets).
  ///
  /// A seed's larger sets contain its smaller ones, so the fraction never falls with the size; the
  /// first is what a job of the workload `grokking-addition` with that seed trains on.
  public func uniqueFraction(trainNum: Int, sets: Int, seed: UInt64) -> Double {
    precondition(sets > 0, "a fraction needs sets")
    let stream = RandomStream(seed: seed, stream: 1)
    let unique = (0..<sets).count { index in
      let chosen = trainingSet(count: trainNum, from: stream, index: UInt64(index))
      return TrainingEquations(self, trainingSet: chosen).isLinearUnique
    }
    return Double(unique) / Double(sets)
  }
}
