import Basics
import Digests
import Fitting
import SweepModel

extension FitGroup {
  /// SHA-256, in hexadecimal, of the points in the order in which they were fitted: equal hashes
  /// mean equal data, whatever file, filter or column names they came from.
  ///
  /// The bytes are `quanta points 1` and a line feed, then in little-endian order the number n of
  /// points and the number k of inputs as 64-bit integers, then for every point its k inputs, y and
  /// the weight as IEEE 754 doubles, the weight of an upper bound with a minus sign, and the numbers of its cluster and stratum, counted from 0 by
  /// first appearance, as 64-bit integers. From a `residuals.csv`, in Python:
  ///
  ///     h = hashlib.sha256(b"quanta points 1\n" + struct.pack("<2q", len(rows), k))
  ///     for row in rows:  # inputs is the list of x, x2 …
  ///         h.update(struct.pack(f"<{k + 2}d2q", *inputs, y, weight, cluster, stratum))
  public var dataHash: String {
    var bytes = Array("quanta points 1\n".utf8)
    bytes.append(UInt64(points.count))
    bytes.append(UInt64(points.first?.inputs.count ?? 0))
    for point in points {
      let weight = point.isUpperBound ? -point.weight : point.weight
      for number in point.inputs + [point.y, weight] { bytes.append(number.bitPattern) }
      bytes.append(UInt64(bitPattern: Int64(point.cluster)))
      bytes.append(UInt64(bitPattern: Int64(point.stratum)))
    }
    return SHA256.hash(bytes.span).hexadecimal
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ word: UInt64) {
    for byte in 0..<8 { append(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))) }
  }
}
