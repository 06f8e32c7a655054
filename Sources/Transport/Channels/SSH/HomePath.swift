import Basics
import Glibc
import SweepModel

/// Paths on this machine that may start with `~/`.
enum HomePath {
  /// The path with the home in place of a leading `~`.
  static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst(1)
  }

  /// The same as ssh has it: the home is the account's, whatever HOME says.
  static func ofAccount(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = accountHome else { return path }
    return home + path.dropFirst(1)
  }

  private static let accountHome: String? = {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, let found else {
      return nil
    }
    return String(cString: found.pointee.pw_dir)
  }()

  /// `expanded` for a file that must be there.
  static func readable(
    _ path: String, what: String, host: String
  ) throws(LinkFailure) -> String {
    let expanded = expanded(path)
    let file = open(expanded, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == EMFILE || errno == ENFILE { throw tooManyFiles(host: host) }
      throw LinkFailure(
        .configuration,
        "\(host): the \(what) \(printable(expanded)) cannot be read (\(String(cString: strerror(errno))))",
        remedy: "correct its path in the cluster file, or its permissions")
    }
    close(file)
    return expanded
  }

  /// This process may open no more files; says so and how to allow more.
  static func tooManyFiles(host: String) -> LinkFailure {
    LinkFailure(
      .unreachable, "\(host): this process has as many files open as it may (Too many open files)",
      remedy: "raise the limit (`ulimit -Hn`, LimitNOFILE=, /etc/security/limits.conf) to eight "
        + "for each host and 100 more, or use fewer hosts; it is tried again")
  }
}
