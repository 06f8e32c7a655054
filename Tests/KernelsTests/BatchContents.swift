import Kernels

extension BinaryBatch {
  /// Everything that drawing wrote, in one order.
  var contents: [UInt64] {
    tasks.elements(0..<count).map(UInt64.init)
      + taskStarts.elements(0..<taskStarts.count).map { UInt64($0) }
      + labels.elements(0..<count).map(UInt64.init)
      + rows.elements(0..<count * rows.count / capacity)
      + columns.elements(0..<columns.count)
  }
}
