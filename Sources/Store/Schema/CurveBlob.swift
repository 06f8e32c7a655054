import Foundation

/// Curves as blobs that NumPy reads in one line each.
///
/// Steps are little-endian signed 64-bit integers (`numpy.frombuffer(steps, "<i8")`); values are
/// little-endian binary32, row-major
/// (`numpy.frombuffer(data, "<f4").reshape(row_count, columns)`). Equal step lists are stored
/// once for the whole store, which is what makes a sweep's curves small.
enum CurveBlob {
  static func encode(_ steps: [Int]) -> Data {
    var data = Data(capacity: steps.count * 8)
    for step in steps {
      withUnsafeBytes(of: Int64(step).littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  static func encode(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
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

  /// A 64-bit FNV-1a hash by which equal step lists are found; equality is then checked.
  static func hash(_ data: Data) -> Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in data { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return Int64(bitPattern: hash)
  }
}
