public import Kernels

/// Addition of two of `symbols` numbers: i + j for 0 ≤ i ≤ j < p, p(p+1)/2 samples, in the order
/// (0, 0), (0, 1) … (0, p−1), (1, 1) … (*Towards Understanding Grokking*, arXiv:2205.10343, §3).
///
/// Samples are named by their place in that order; a training set is a list of such places.
public struct AdditionTask: Sendable, Hashable {
  /// One sum, i ≤ j.
  public struct Sample: Sendable, Hashable {
    /// The smaller summand.
    public let i: Int
    /// The larger summand.
    public let j: Int
    /// i + j, from 0 to 2p − 2.
    public var sum: Int { i + j }
  }

  /// The numbers that are added, p.
  public let symbols: Int
  /// All samples.
  public let samples: [Sample]

  /// Creates the task for p numbers.
  public init(symbols: Int) {
    precondition(symbols > 0, "addition needs numbers")
    self.symbols = symbols
    samples = (0..<symbols).flatMap { i in (i..<symbols).map { Sample(i: i, j: $0) } }
  }

  /// Different sums, 2p − 1.
  public var sums: Int { 2 * symbols - 1 }

  /// Element `index` of a stream's training sets: `count` different samples, every set equally
  /// likely, in ascending order.
  public func trainingSet(count: Int, from stream: RandomStream, index: UInt64 = 0) -> [Int] {
    stream.subset(of: samples.count, size: count, index: index).sorted()
  }

  /// Pairs of different samples with equal sums among some samples, in the order of the samples:
  /// the parallelograms that these samples say must form.
  public func parallelograms(among places: [Int]) -> [Parallelogram] {
    places.enumerated().flatMap { index, first in
      places[(index + 1)...].compactMap { parallelogram(first, $0) }
    }
  }

  /// All parallelograms of the task.
  public var parallelograms: [Parallelogram] { parallelograms(among: Array(samples.indices)) }

  /// The parallelogram of two samples; nil unless their sums are equal.
  func parallelogram(_ first: Int, _ second: Int) -> Parallelogram? {
    let (a, b) = (samples[first], samples[second])
    guard a.sum == b.sum, a != b else { return nil }
    return a.i < b.i ? Parallelogram(outer: a, inner: b) : Parallelogram(outer: b, inner: a)
  }
}

/// Four numbers i < j ≤ m < n with i + n = j + m. It has formed when the embeddings obey
/// E_i + E_n = E_j + E_m; what the decoder knows of one of the two sums then holds for the other.
public struct Parallelogram: Sendable, Hashable {
  /// The sample (i, n).
  public let outer: AdditionTask.Sample
  /// The sample (j, m).
  public let inner: AdditionTask.Sample

  /// The left side of E_i + E_n − E_j − E_m = 0 as coefficients of `symbols` embeddings.
  public func equation(symbols: Int) -> [Int] {
    var row = [Int](repeating: 0, count: symbols)
    row[outer.i] += 1
    row[outer.j] += 1
    row[inner.i] -= 1
    row[inner.j] -= 1
    return row
  }
}
