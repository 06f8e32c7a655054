import Glibc

/// Processes that jobs have left whose worker was killed: nobody was there to end them.
public enum StrayProcesses {
  private static let environmentLimit = 1 << 21

  /// Kills all of this machine's processes, this one and those above it aside, that have a variable with
  /// a path in a folder, or that run there without a terminal; how many there were. A person who looks
  /// around there is spared.
  public static func end(_ variable: String, in folder: String) -> Int {
    var spared: Set<pid_t> = [getpid()]
    var above = getppid()
    while above > 1, spared.insert(above).inserted {
      above = ProcessTree.parent(of: above) ?? 0
    }
    let mark = Array("\(variable)=\(folder)/".utf8)
    let place = Array("\(folder)/".utf8)
    var killed: Set<pid_t> = []
    let deadline = Deadline(secondsFromNow: 5)
    repeat {
      let found = Descriptor.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
        !spared.contains(process)
          && (has(mark, process)
            || runs(in: place, process) && !ProcessTree.hasTerminal(process))
      }
      if found.isEmpty { break }
      // What stands still starts nothing while it is killed.
      for process in found { kill(process, SIGSTOP) }
      for process in found { kill(process, SIGKILL) }
      killed.formUnion(found)
      usleep(1000)
    } while !deadline.hasPassed
    return killed.count
  }

  private static func has(_ mark: [UInt8], _ process: pid_t) -> Bool {
    guard let file = try? Descriptor(opening: "/proc/\(process)/environ"),
      let bytes = try? file.readAll(limit: environmentLimit)
    else { return false }
    return bytes.split(separator: 0).contains { $0.starts(with: mark) }
  }

  private static func runs(in folder: [UInt8], _ process: pid_t) -> Bool {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(process)/cwd", &path, path.count)
    return count > folder.count && path.starts(with: folder.map { CChar(bitPattern: $0) })
  }
}
