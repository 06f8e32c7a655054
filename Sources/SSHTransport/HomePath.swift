import Glibc
import Transport

/// Paths on this machine that may start with `~/`.
enum HomePath {
  /// The path with the home in place of a leading `~`.
  static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst(1)
  }

  /// The same for a file that must be there.
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
