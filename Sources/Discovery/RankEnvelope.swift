import Kernels

/// The rank–frequency envelope of partitions into many counts of clusters and its slope
/// (arXiv:2303.13506, section 5): at every rank the largest size over all partitions.
public struct RankEnvelope: Hashable, Sendable {
  /// The largest size at ranks 1, 2, ….
  public let sizes: [Int]

  /// Takes partitions; published are 27 counts from 10 to 1100.
  public init(_ partitions: [Partition]) {
    var sizes: [Int] = []
    for partition in partitions {
      for (rank, size) in partition.sizes.enumerated() {
        if rank < sizes.count { sizes[rank] = max(sizes[rank], size) } else { sizes.append(size) }
      }
    }
    self.sizes = sizes
  }

  /// A straight line through ln size on ln rank.
  public struct Line: Hashable, Sendable {
    /// The ranks that it is fitted to, cut to those that there are.
    public let window: ClosedRange<Int>
    /// d ln size / d ln rank; theory has −(α + 1).
    public let slope: Double
    /// ln size at rank 1.
    public let intercept: Double
  }

  /// Least squares over the ranks of a window, counted from 1; published is 101…1000, and the slope
  /// depends on the window much. Nil where fewer than two ranks of it exist.
  public func line(_ window: ClosedRange<Int> = 101...1000) -> Line? {
    let (low, high) = (max(1, window.lowerBound), min(sizes.count, window.upperBound))
    guard low < high else { return nil }
    let points = (low...high).map { rank in
      (x: Elementary.logarithm(Double(rank)), y: Elementary.logarithm(Double(sizes[rank - 1])))
    }
    let count = Double(points.count)
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    var (product, square) = (0.0, 0.0)
    for point in points {
      product += (point.x - meanX) * (point.y - meanY)
      square += (point.x - meanX) * (point.x - meanX)
    }
    let slope = product / square
    return Line(window: low...high, slope: slope, intercept: meanY - slope * meanX)
  }
}
