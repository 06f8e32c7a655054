import Basics
import Digests
import SweepModel

extension JobResult {
  /// SHA-256 over names, shapes and bits: equal for results without any difference but the order.
  var digest: [UInt8] {
    var writer = ByteWriter()
    func write(_ text: String) {
      writer.write(text.utf8.count)
      writer.write { $0 += text.utf8 }
    }
    writer.write(scalars.count)
    for scalar in scalars.sorted(by: { $0.name < $1.name }) {
      write(scalar.name)
      writer.write(scalar.value)
    }
    writer.write(curves.count)
    for curve in curves.sorted(by: { $0.name < $1.name }) {
      write(curve.name)
      writer.write(curve.columns)
      writer.write(curve.steps.count)
      for step in curve.steps { writer.write(step) }
      for value in curve.values { writer.write(value) }
    }
    return SHA256.hash(writer.bytes.span)
  }
}
