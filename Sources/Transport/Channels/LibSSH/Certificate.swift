import Glibc

/// A certificate of one of the user's keys, as OpenSSH writes it to a `-cert.pub` file.
struct Certificate: Equatable {
  /// The file.
  let path: String
  /// What the file holds in base64.
  let blob: [UInt8]

  /// Reads a file; nil when it holds no certificate.
  init?(path: String) {
    guard let descriptor = fopen(path, "re") else { return nil }
    defer { fclose(descriptor) }
    var line: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { free(line) }
    guard getline(&line, &size, descriptor) > 0, let line else { return nil }
    let words = String(cString: line).split(whereSeparator: \.isWhitespace)
    guard words.count > 1, words[0].contains("-cert-") else { return nil }
    self.init(path: path, blob: Certificate.bytes(base64: words[1]))
  }

  /// Describes one.
  init(path: String, blob: [UInt8]) {
    self.path = path
    self.blob = blob
  }

  /// True when it is for a public key. Both start with their type; the certificate goes on with a
  /// nonce, then both with the same numbers.
  func isOf(_ key: [UInt8]) -> Bool {
    guard let numbers = Certificate.skip(1, key), !numbers.isEmpty else { return false }
    return Certificate.skip(2, blob)?.starts(with: numbers) ?? false
  }

  private static func skip(_ count: Int, _ blob: [UInt8]) -> ArraySlice<UInt8>? {
    var rest = blob[...]
    for _ in 0..<count where AgentFilter.text(&rest) == nil { return nil }
    return rest
  }

  /// The bytes that base64 stands for, as far as it is any.
  static func bytes(base64 text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for digit in text.utf8 {
      guard let value = AgentFilter.digits.firstIndex(of: digit) else { break }
      bits = (bits << 6 | value) & 0xFFFF
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }
}
