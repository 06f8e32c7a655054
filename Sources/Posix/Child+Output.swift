import Glibc

extension Child {
  /// Runs a program to its end; blocks the calling thread. What it printed, errors included, and its
  /// exit status as ``Ending/code``.
  ///
  /// - Parameter environment: replaces ours.
  public static func output(
    of arguments: [String], environment: [String: String]? = nil
  ) throws(PosixError) -> (text: String, code: Int32) {
    // A file, which does not fill up as a pipe does, and has an end even where a daemon keeps it.
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(folder)/quanta-output-\(UInt64.random(in: 0 ... .max))"
    let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    unlink(path)
    let child = try Child(arguments, output: file, errors: file, environment: environment)
    let code = child.wait().code
    let bytes = try file.read(at: 0, count: Int(file.status.st_size))
    return (String(decoding: bytes, as: UTF8.self), code)
  }
}
