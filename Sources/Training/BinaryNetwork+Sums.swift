import Kernels

// Tasks that stand for several others (``NetworkShape/sums``).

extension BinaryNetwork {
  /// Sets the first layer's weights of such tasks to the sums of those that they stand for.
  func sumRows(tile: Int) {
    eachSum(tile: tile) { sum, members in
      for lane in 0..<16 {
        parameters[sum + lane] = members.reduce(Float()) { $0 + parameters[$1 + lane] }
      }
    }
  }

  /// True where those weights are the sums, bit by bit.
  public var hasTrueSums: Bool {
    var isTrue = true
    for tile in 0..<shape.input.tiles {
      eachSum(tile: tile) { sum, members in
        for lane in 0..<16 {
          let total = members.reduce(Float()) { $0 + parameters[$1 + lane] }
          if total.bitPattern != parameters[sum + lane].bitPattern { isTrue = false }
        }
      }
    }
    return isTrue
  }

  /// Adds the gradients of such tasks to those of the tasks that they stand for.
  func shareGradients(tile: Int) {
    eachSum(tile: tile) { sum, members in
      for lane in 0..<16 {
        for member in members { gradients[member + lane] += gradients[sum + lane] }
        gradients[sum + lane] = 0
      }
    }
  }

  /// Where a summed row and those of its members begin.
  private func eachSum(tile: Int, _ body: (_ sum: Int, _ members: [Int]) -> Void) {
    let start = tile * shape.input.tileStride
    for (index, members) in shape.sums.enumerated() {
      body(start + 16 * (shape.controls + index), members.map { start + 16 * $0 })
    }
  }
}
