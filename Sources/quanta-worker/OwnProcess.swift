import Glibc
import Posix

/// A process of this program that the same user runs on this machine, of whatever session.
struct OwnProcess {
  let process: pid_t
  let verb: Invocation.Verb
  let session: String

  /// Those that `/proc` shows, this one left out.
  static func all() -> [OwnProcess] {
    numbers(in: "/proc").filter { $0 != getpid() }.compactMap { OwnProcess($0) }
  }

  /// A process; nil when it is none of these.
  init?(_ process: pid_t) {
    var status = stat()
    guard stat("/proc/\(process)", &status) == 0, status.st_uid == geteuid(),
      let name = try? readFile("/proc/\(process)/comm"), name == Array("quanta-worker\n".utf8),
      let line = try? readFile("/proc/\(process)/cmdline")
    else { return nil }
    // Every word ends with a zero, the last one, too.
    let words = line.dropLast().split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let invocation = try? Invocation(words), !invocation.session.isEmpty else { return nil }
    self.process = process
    verb = invocation.verb
    session = invocation.session
  }

  /// Cores that a slot's job may use, as the slot says in a thread's name; those of an older worker
  /// are told by the threads that compute at this moment.
  var coresInUse: Int {
    for thread in Self.numbers(in: "/proc/\(process)/task") {
      let bytes = (try? readFile("/proc/\(process)/task/\(thread)/comm")) ?? []
      let name = String(decoding: bytes.dropLast(), as: UTF8.self)
      if name.hasPrefix(UseSign.prefix) { return Int(name.dropFirst(UseSign.prefix.count)) ?? 0 }
    }
    return busyThreads
  }

  private var busyThreads: Int {
    Self.numbers(in: "/proc/\(process)/task").count { thread in
      let line = (try? readFile("/proc/\(process)/task/\(thread)/stat")) ?? []
      // The state follows the name, which is in parentheses.
      let name = line.lastIndex(of: UInt8(ascii: ")")) ?? line.endIndex
      return line[name...].dropFirst().starts(with: Array(" R".utf8))
    }
  }

  /// The program that it runs, which may have lost its name.
  var program: stat? {
    var status = stat()
    return stat("/proc/\(process)/exe", &status) == 0 ? status : nil
  }

  /// True when it has a file open.
  func hasOpen(_ file: stat) -> Bool {
    Self.numbers(in: "/proc/\(process)/fd").contains { number in
      var status = stat()
      return stat("/proc/\(process)/fd/\(number)", &status) == 0
        && (status.st_dev, status.st_ino) == (file.st_dev, file.st_ino)
    }
  }

  private static func numbers(in path: String) -> [pid_t] {
    Descriptor.names(in: path).compactMap { pid_t($0) }
  }
}
