import Posix
public import SweepModel

extension StoreLayout {
  /// Where the file lies that says of a packed folder of code where it stood in its repository.
  func codeSourceFile(_ hash: String) -> String { "\(data)/\(hash)\(CodeSource.suffix)" }

  /// Where a packed folder of code stood in its repository; nil where the store does not know.
  public func codeSource(of hash: String) -> CodeSource? {
    guard JobKey(hex: hash) != nil,
      let bytes = try? AtomicFile.read(codeSourceFile(hash), limit: 1 << 24)
    else { return nil }
    return CodeSource(text: bytes)
  }
}
