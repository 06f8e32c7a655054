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
  private nonisolated(unsafe) static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)
}
