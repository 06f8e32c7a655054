/// Several runs of one kind on the same steps: what a figure draws as a mean with its scatter.
public struct CurveFamily: Hashable, Sendable {
  /// The name in the legend, such as `Quanta` or `width 40`.
  public let name: String
  /// The horizontal values, ascending.
  public let x: [Double]
  /// The runs (seeds), each as long as `x`.
  public let runs: [[Double]]
  /// The same runs on the training samples, drawn dashed; none where nobody asks for them.
  public let training: [[Double]]

  /// Creates a family; traps unless the shapes agree.
  public init(name: String, x: [Double], runs: [[Double]], training: [[Double]] = []) {
    precondition(
      (runs + training).allSatisfy { $0.count == x.count }, "family \(name): shapes disagree")
    self.name = name
    self.x = x
    self.runs = runs
    self.training = training
  }

  /// The runs on the training samples as a family of their own; nil where there are none.
  var trainingFamily: CurveFamily? {
    training.isEmpty ? nil : CurveFamily(name: name, x: x, runs: training)
  }

  /// Mean over runs.
  public func mean(at index: Int) -> Double {
    runs.reduce(0) { $0 + $1[index] } / Double(runs.count)
  }

  /// Standard deviation over runs (n − 1); nil for a single run.
  public func deviation(at index: Int) -> Double? {
    guard runs.count > 1 else { return nil }
    let mean = mean(at: index)
    let squares = runs.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) }
    return (squares / Double(runs.count - 1)).squareRoot()
  }
}
