import Devices
import Glibc
import Kernels
import Posix
import WorkFolder
import Workloads

/// `facts`: what a worker would see and refuse on this host, for `quanta workers check`.
///
/// One answer a line, as the examination's script prints its own. It starts nothing and leaves
/// nothing: what it tries, it tries in a folder of its own in `sessions`, or in the current folder
/// where there is no `sessions` yet.
struct Facts {
  let invocation: Invocation

  func run() {
    say("cores", "\(HostFacts.cores) \(MachineLimits.current.coresReason)")
    say("instructions", WorkloadRegistry.instructionSet)
    say("memory", "\(HostFacts.memoryBytes) \(MachineLimits.current.memoryReason)")
    say("gpu", DeviceAnswer.text(DeviceSearch.here.find()))
    if let place { say("place", place) }
    say("identity", MachineIdentity.sinceBoot)
    say("nice", "\(Niceness.current)")
    if let seconds = ResourceLimit.cpuTime.hard { say("cputime", "\(seconds)") }
    if let bytes = ResourceLimit.fileSize.hard { say("filesize", "\(bytes)") }
    if let others = HostNotes.otherRuns(besides: invocation.besides ?? invocation.session) {
      say("others", others)
    }
    if let user = Logout.endangeredUser() { say("logout", user) }
    let room = TaskRoom()
    if let left = room.left { say("tasks", "\(left) \(room.limit)") }
    do {
      try tryFolder()
    } catch {
      say("refusal", "\(error)")
      exit(1)  // so that the examination leaves nothing where no worker could run
    }
  }

  private func say(_ name: String, _ answer: String) {
    print("\nQUANTA-\(name) \(answer.split(separator: "\n").joined(separator: " "))")
  }

  /// The machine and work folder: what has the same reaches the same worker.
  private var place: String? {
    guard let found = try? FolderWalk.find(invocation.folder) else { return nil }
    let (folder, names) =
      switch found {
      case .folder(let folder): (folder, [String]())
      case .missing(let parent, let names): (parent, names)
      }
    let status = folder.status
    return ([MachineIdentity.place, "\(status.st_dev)", "\(status.st_ino)"] + names)
      .joined(separator: " ")
  }

  /// The trust in the folders that are there, and whether a session could live in them.
  private func tryFolder() throws(FolderTrouble) {
    guard let work = try WorkFolder(entering: invocation.folder) else {
      return try trySession(in: nil)
    }
    for name in WorkFolder.partNames {
      guard let part = try work.directory.folder(name) else { continue }
      if name == "sessions" { try trySession(in: part) } else { try tryFile(in: part) }
    }
  }

  private func tryFile(in folder: Directory) throws(FolderTrouble) {
    let name = ".quanta-probe-\(invocation.session)"
    guard let file = try folder.open(name, O_WRONLY | O_CREAT | O_EXCL) else { return }
    close(file)
    folder.removeFile(name)
  }

  /// What a worker does first: a folder, a file, its lock, its socket.
  private func trySession(in sessions: Directory?) throws(FolderTrouble) {
    let parent = sessions ?? Directory(number: open(".", O_RDONLY | O_CLOEXEC), path: "work folder")
    let name = "quantaprobe\(invocation.session)"
    let folder = try parent.folder(making: name)
    defer {
      unlinkat(folder.number, "socket", 0)
      folder.removeFile("lock")
      parent.removeFolder(name)
    }
    guard let lock = try folder.open("lock", O_RDWR | O_CREAT | O_EXCL) else { return }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw FolderTrouble("\(folder.path) cannot hold a lock (\(String(cString: strerror(errno))))")
    }
    guard write(lock, "lock", 4) == 4, fsync(lock) == 0 else {
      throw FolderTrouble(folder.path, errno)
    }
    guard fchdir(folder.number) == 0 else { throw FolderTrouble(folder.path, errno) }
    do {
      let listener = try UnixSocket.listen("socket")
      defer { listener.close() }
      guard let connection = try UnixSocket.connect("socket") else {
        throw PosixError("nobody listens on the socket")
      }
      connection.close()
    } catch {
      throw FolderTrouble("\(folder.path) cannot hold a socket (\(error))")
    }
  }
}
