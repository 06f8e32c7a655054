import Basics

/// Arrays as NumPy reads them.
enum NumPyFile {
  /// One array as `.npy` (format 1.0): single precision, little-endian, row-major.
  static func npy(_ tensor: Safetensors.Tensor) -> [UInt8] {
    let comma = tensor.shape.count == 1 ? "," : ""
    let shape = "(\(tensor.shape.map(String.init).joined(separator: ", "))\(comma))"
    var head = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }".utf8)
    while (10 + head.count + 1) % 64 != 0 { head.append(UInt8(ascii: " ")) }
    head.append(UInt8(ascii: "\n"))
    var writer = ByteWriter()
    writer.write { $0 += [0x93] + Array("NUMPY".utf8) + [1, 0] }
    writer.write(UInt8(truncatingIfNeeded: head.count))
    writer.write(UInt8(truncatingIfNeeded: head.count >> 8))
    writer.write { $0 += head }
    for value in tensor.values { writer.write(value) }
    return writer.bytes
  }

  /// Arrays as `.npz`, as `numpy.savez` writes them: a zip file of `NAME.npy` without compression.
  static func npz(_ tensors: [Safetensors.Tensor]) -> [UInt8] {
    var zip = StoredZip()
    for tensor in tensors { zip.add("\(tensor.name).npy", npy(tensor)) }
    return zip.bytes
  }
}

/// A zip file (PKWARE's APPNOTE) whose files are not compressed; less than 4 GiB. It says no time, so
/// that the same files make the same bytes.
private struct StoredZip {
  private var body = ByteWriter()
  private var directory = ByteWriter()
  private var count = 0

  /// Adds a file.
  mutating func add(_ name: String, _ bytes: [UInt8]) {
    let offset = body.bytes.count
    let facts = Self.facts(name, bytes)
    body.write(0x0403_4B50 as UInt32)
    body.write { $0 += facts }
    body.write { $0 += Array(name.utf8) + bytes }
    directory.write(0x0201_4B50 as UInt32)
    directory.write { $0 += [20, 0] + facts + [UInt8](repeating: 0, count: 10) }
    directory.write(UInt32(offset))
    directory.write { $0 += Array(name.utf8) }
    count += 1
  }

  /// What both headers say of a file: version 2.0, names in UTF-8, stored, 1 January 1980.
  private static func facts(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    var facts = ByteWriter()
    facts.write { $0 += [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0] }
    facts.write(CRC32(bytes[...]).value)
    facts.write(UInt32(bytes.count))
    facts.write(UInt32(bytes.count))
    facts.write(UInt32(name.utf8.count))
    return facts.bytes
  }

  /// The whole.
  var bytes: [UInt8] {
    var end = ByteWriter()
    end.write(0x0605_4B50 as UInt32)
    end.write(0 as UInt32)
    for _ in 0..<2 { end.write { $0 += [UInt8(count & 255), UInt8(count >> 8)] } }
    end.write(UInt32(directory.bytes.count))
    end.write(UInt32(body.bytes.count))
    end.write { $0 += [0, 0] }
    return body.bytes + directory.bytes + end.bytes
  }
}
