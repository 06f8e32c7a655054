import Glibc
import Synchronization

/// A control group (version 2) of one job, where the kernel lets this process make one below its own.
///
/// All that the job starts is in it, whatever it does, and can be killed at once; where the group has a
/// memory controller, the kernel holds its limit. No controller is ever enabled and nothing but the job's
/// own program is put anywhere: a group with controllers for its children may hold no processes, and other
/// groups are other people's.
public struct ControlGroup: Sendable {
  /// Its folder.
  let path: String

  /// How its name begins; then come the space of process numbers, its maker's number there, when that one
  /// started, and how many it had made before.
  static let prefix = "quanta-job-"

  /// The group of this process; nil where it may make none below.
  private static let parent = own(
    groups: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo")
  ).flatMap { access($0 + "/cgroup.procs", W_OK) == 0 ? $0 : nil }

  private static let made = Atomic(0)

  /// This process as names have it.
  private static let maker = space.flatMap { space in
    started(getpid()).map { "\(space)-\(getpid())-\($0)" }
  }

  /// Makes one for a job.
  public init?() {
    guard let parent = Self.parent else { return nil }
    self.init(in: parent)
  }

  /// The same below a group; nil where that is none, or is not ours to use.
  init?(in parent: String) {
    guard let maker = Self.maker else { return nil }
    let number = Self.made.add(1, ordering: .relaxed).oldValue
    path = "\(parent)/\(Self.prefix)\(maker)-\(number)"
    guard mkdir(path, 0o755) == 0 else { return nil }
    guard access(path + "/cgroup.kill", W_OK) == 0 else {
      remove()
      return nil
    }
  }

  /// Where a process puts itself into it, by writing 0.
  var door: String { path + "/cgroup.procs" }

  /// Has the kernel kill all of it when it holds more memory; false where it has no such controller.
  public func limitMemory(_ bytes: Int) -> Bool {
    guard write("\(bytes)", to: "memory.max") else { return false }
    // What is swapped out is held, too.
    _ = write("0", to: "memory.swap.max")
    _ = write("1", to: "memory.oom.group")
    return true
  }

  /// Whether the kernel has killed something in it because of its limit.
  public var hasExceededMemory: Bool {
    value(of: "oom_kill", in: "memory.events").map { $0 > 0 } ?? false
  }

  /// Whether anything lives in it.
  public var isPopulated: Bool { value(of: "populated", in: "cgroup.events") == 1 }

  /// Kills everything in it at once, what comes into being meanwhile too.
  public func kill() { _ = write("1", to: "cgroup.kill") }

  /// Kills what is left in it and removes it; false when something does not end within a few seconds.
  @discardableResult public func remove() -> Bool {
    let deadline = Deadline(secondsFromNow: 5)
    while rmdir(path) != 0, errno == EBUSY {
      if deadline.hasPassed { return false }
      if isPopulated { kill() } else { Self.removeGroups(below: path, depth: 32) }
      usleep(500)
    }
    return true
  }

  /// Removes what a job has made in its own.
  private static func removeGroups(below path: String, depth: Int) {
    guard depth > 0 else { return }
    for name in Descriptor.names(in: path) {
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        continue
      }
      removeGroups(below: "\(path)/\(name)", depth: depth - 1)
      rmdir("\(path)/\(name)")
    }
  }

  /// Removes what processes have left that were killed themselves, with all that lives in it.
  public static func removeLeftovers() {
    if let parent { removeLeftovers(in: parent) }
  }

  /// The same below a group. Only a process of our own space of numbers is known to be gone.
  static func removeLeftovers(in parent: String) {
    guard let space else { return }
    for name in Descriptor.names(in: parent) where name.hasPrefix("\(prefix)\(space)-") {
      let words = name.dropFirst(prefix.count).split(separator: "-").map { Int($0) }
      var status = stat()
      guard words.count == 4, !words.contains(nil),
        let process = words[1].flatMap(pid_t.init(exactly:)),
        process > 0, started(process) != words[2],
        lstat("\(parent)/\(name)", &status) == 0, status.st_uid == geteuid()
      else { continue }
      ControlGroup(path: "\(parent)/\(name)").remove()
    }
  }

  private init(path: String) { self.path = path }

  private func write(_ words: String, to file: String) -> Bool {
    guard let file = try? Descriptor(opening: "\(path)/\(file)", O_WRONLY) else { return false }
    return (try? file.writeAll(Array(words.utf8))) != nil
  }

  private func value(of word: String, in file: String) -> Int? {
    for line in Self.text("\(path)/\(file)").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == word { return Int(words[1]) }
    }
    return nil
  }

  /// The folder of the group of version 2 that this process is in, by its own two lists.
  static func own(groups: String, mounts: String) -> String? {
    let group = groups.split(separator: "\n").first { $0.hasPrefix("0::/") }?.dropFirst(3)
    // One outside of what is shown here begins so.
    guard let group, !group.hasPrefix("/..") else { return nil }
    for line in mounts.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 6, let dash = words.firstIndex(of: "-"), dash + 1 < words.count,
        words[dash + 1] == "cgroup2", !words[4].contains("\\")
      else { continue }
      let root = words[3] == "/" ? "" : words[3]
      guard group == root || group.hasPrefix(root + "/") else { continue }
      let rest = group.dropFirst(root.count)
      return String(words[4]) + (rest == "/" ? "" : rest)
    }
    return nil
  }

  /// The space of process numbers that this process is in.
  private static let space: Int? = {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? Int(exactly: status.st_ino) : nil
  }()

  /// When a process started, in ticks since the machine did; nil for one that is gone.
  private static func started(_ process: pid_t) -> Int? {
    let text = text("/proc/\(process)/stat")
    // The name may hold anything; the 20th word after it.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let words = text[text.index(after: end)...].split(separator: " ")
    return words.count > 19 ? Int(words[19]) : nil
  }

  private static func text(_ path: String) -> String {
    let bytes = (try? Descriptor(opening: path).readAll(limit: 1 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}
