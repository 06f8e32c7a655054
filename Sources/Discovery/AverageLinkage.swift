public import Kernels

/// Agglomerative clustering by mean likeness (UPGMA) along nearest-neighbour chains (Müllner,
/// arXiv:1109.2378): n² time, no memory but the matrix.
public struct AverageLinkage {
  private let likeness: Matrix
  private var sizes: [Int]
  private var active: [Int]
  private var chain: [Int] = []
  private var joined: [(first: Int, second: Int, likeness: Float)] = []

  /// The tree of samples with so many likenesses, `samples × samples` and symmetric, which are used
  /// up. Of equally near clusters the one before in the chain is nearest, then the first; results
  /// depend on nothing but the matrix.
  public static func tree(using likeness: Matrix) -> MergeTree {
    precondition(likeness.rows == likeness.columns, "every pair of samples has a likeness")
    var linkage = AverageLinkage(likeness)
    for _ in 0..<max(0, likeness.rows - 1) { linkage.join() }
    return MergeTree(sampleCount: likeness.rows, joined: linkage.joined)
  }

  private init(_ likeness: Matrix) {
    self.likeness = likeness
    sizes = [Int](repeating: 1, count: likeness.rows)
    active = Array(0..<likeness.rows)
  }

  /// Walks to two clusters that are each other's nearest, and joins them.
  private mutating func join() {
    if chain.isEmpty { chain.append(active[0]) }
    while true {
      let last = chain[chain.count - 1]
      let before = chain.count > 1 ? chain[chain.count - 2] : -1
      let (nearest, height) = nearest(to: last, before: before)
      guard nearest == before else {
        chain.append(nearest)
        continue
      }
      chain.removeLast(2)
      merge(min(last, before), into: max(last, before), height)
      return
    }
  }

  private func nearest(to cluster: Int, before: Int) -> (cluster: Int, likeness: Float) {
    let row = likeness.offset + cluster * likeness.stride
    let numbers = likeness.buffer
    var best = before
    var largest = before < 0 ? -Float.infinity : numbers[row + before]
    for other in active where numbers[row + other] > largest && other != cluster {
      largest = numbers[row + other]
      best = other
    }
    precondition(best >= 0, "likenesses are numbers")
    return (best, largest)
  }

  /// Keeps the slot of `kept` for both.
  private mutating func merge(_ gone: Int, into kept: Int, _ height: Float) {
    let (a, b) = (Double(sizes[gone]), Double(sizes[kept]))
    let scale = 1 / (a + b)
    let numbers = likeness.buffer
    let stride = likeness.stride
    let from = likeness.offset + gone * stride
    let to = likeness.offset + kept * stride
    active.removeAll { $0 == gone }
    for other in active where other != kept {
      let mean = (a * Double(numbers[from + other]) + b * Double(numbers[to + other])) * scale
      numbers[to + other] = Float(mean)
      numbers[likeness.offset + other * stride + kept] = Float(mean)
    }
    sizes[kept] += sizes[gone]
    joined.append((gone, kept, height))
  }
}
