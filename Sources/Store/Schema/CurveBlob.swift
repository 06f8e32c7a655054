import Basics
import Foundation

/// Curves as blobs that NumPy reads in one line each.
///
/// Steps are little-endian signed 64-bit integers (`numpy.frombuffer(steps, "<i8")`); values are
/// little-endian binary32, row-major
/// (`numpy.frombuffer(data, "<f4").reshape(row_count, columns)`). Equal step lists are stored
/// once for the whole store, which is what makes a sweep's curves small.
enum CurveBlob {
  static func encode(_ steps: [Int]) -> Data {
    steps.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
  }

  static func encode(_ values: [Float]) -> Data {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  static func steps(_ data: Data) -> [Int] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { index in
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)))
      }
    }
  }

  static func values(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { index in
        let pattern = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: pattern))
      }
    }
  }

  /// An FNV-1a hash over 64-bit words, by which equal step lists are found; equality is then
  /// checked.
  static func hash(_ steps: [Int]) -> Int64 {
    var hash = FNV1a()
    for step in steps { hash.update(UInt64(bitPattern: Int64(step))) }
    return Int64(bitPattern: hash.value)
  }
}
