import CLibCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL, which libssh brings along.
public enum SHA256 {
  /// The digest of the bytes, 32 bytes long. Called from any thread.
  public static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let done = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe EVP_Digest(
        bytes.baseAddress, bytes.count, &digest, nil, algorithm, nil)
    }
    precondition(done == 1, "libcrypto computes SHA-256")
    return digest
  }

  /// Fetched once: looking for it among OpenSSL's providers costs more than a job's key.
  fileprivate nonisolated(unsafe) static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)
}

/// SHA-256 of bytes that come piece by piece.
@safe public struct SHA256Stream: ~Copyable {
  private let context: OpaquePointer

  /// Begins without any byte.
  public init() {
    guard let context = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("libcrypto has memory for a digest")
    }
    unsafe self.context = context
    let done = unsafe EVP_DigestInit_ex(context, SHA256.algorithm, nil)
    precondition(done == 1, "libcrypto computes SHA-256")
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Appends bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    let done = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
    precondition(done == 1, "libcrypto computes SHA-256")
  }

  /// The digest of all bytes, 32 bytes long.
  public consuming func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let done = unsafe EVP_DigestFinal_ex(context, &digest, nil)
    precondition(done == 1, "libcrypto computes SHA-256")
    return digest
  }
}
