import Glibc
import Posix
import WorkFolder
import Workloads

/// `clean`: removes what Quanta made in the work folder of this host; `trial` says what that would be.
///
/// As everywhere, that is regular files of the user's with names of Quanta's form that came after the
/// mark, and folders that hold nothing else. A session that a worker serves, or whose results nobody
/// has taken, stays, and so does what a worker may need.
struct Cleaning {
  /// How old a file is that nobody is shipping any more, seconds.
  private static let shippingSeconds = 600
  /// How long ago a pilot that is over must have kept its last checkpoint, seconds.
  private static let checkpointPatience = 86_400

  let invocation: Invocation
  let isTrial: Bool
  private let work: WorkFolder
  private let mark: timespec
  /// What was removed, by kind.
  private var freed: [String: (count: Int, bytes: Int)] = [:]
  private var number = 0
  /// A worker runs here, or may run on another host that shares the folder.
  private var isInUse = false
  /// The programs that allocations run which have not come.
  private var awaited: Set<String> = []
  /// Some script names none that could be read: it may be any.
  private var awaitsAny = false
  /// How many files somebody may be shipping now.
  private var onTheirWay = 0
  /// What is removed, or would be: paths in the work folder.
  private var gone: Set<String> = []

  /// Nil when there is no folder, or none that is marked.
  init?(_ invocation: Invocation, isTrial: Bool) throws(FolderTrouble) {
    guard let work = try WorkFolder(entering: invocation.folder) else { return nil }
    Answer.sayWhere(work)
    guard let mark = work.markedAt else {
      Answer.say("stays.1", ["why=unmarked"])
      return nil
    }
    self.invocation = invocation
    self.isTrial = isTrial
    self.work = work
    self.mark = mark
  }

  mutating func run() {
    let parts = SessionPart.all(in: work)
    // Who is over, the parts tell as long as they are there.
    let traces = traces(beside: parts)
    for part in parts { clean(part) }
    cleanPilots(traces)
    awaitPilots()
    cleanPrograms()
    cleanData()
    cleanSetups()
    cleanProbes()
    if onTheirWay > 0 { say("stays", ["why=shipping", "count=\(onTheirWay)"]) }
    if invocation.isForAll { removeFolders() }
    for (kind, sum) in freed.sorted(by: { $0.key < $1.key }) {
      say("freed", ["kind=\(kind)", "count=\(sum.count)", "bytes=\(sum.bytes)"])
    }
  }

  private mutating func say(_ name: String, _ words: [String]) {
    number += 1
    Answer.say("\(name).\(number)", words)
  }

  private mutating func note(_ kind: String, count: Int = 1, bytes: Int) {
    freed[kind, default: (0, 0)].count += count
    freed[kind, default: (0, 0)].bytes += bytes
  }

  private mutating func clean(_ part: SessionPart) {
    let place = ["id=\(part.session)", "host=\(Answer.word(part.name))"]
    guard part.isHere || part.isOver else {
      isInUse = true
      return say(
        "stays", place + ["why=elsewhere"] + (part.staysUntil.map { ["until=\($0)"] } ?? []))
    }
    switch part.holder {
    case .nobody: break
    case .worker(let process):
      isInUse = true
      return say("stays", place + ["why=worker", "pid=\(process)"])
    case .unseen:
      isInUse = true
      return say("stays", place + ["why=worker"])
    }
    let waiting = part.waiting
    let isLate = invocation.isSettled && part.session == invocation.session
    guard waiting.count == 0 || isLate else {
      let words = ["why=results", "count=\(waiting.count)", "bytes=\(waiting.bytes)"]
      return say("stays", place + words)
    }
    let checkpoints = part.folder.checkpointCount
    // From those of a pilot that is over another one goes on, which the store asks for soon or never.
    let isLeft = part.isOver && part.folder.checkpointAge > Self.checkpointPatience
    guard checkpoints == 0 || invocation.isForAll || isLeft else {
      return say("stays", place + ["why=checkpoints", "count=\(checkpoints)"])
    }
    guard let lock = (try? part.folder.openLock(making: false)) ?? nil,
      flock(lock, LOCK_EX | LOCK_NB) == 0, part.folder.isLock(lock), isOurs(statusOfUse(part))
    else { return say("stays", place + ["why=unknown"]) }
    defer { close(lock) }
    let (foreign, before) = (part.folder.foreignNames, part.folder.contentBytes)
    if !isTrial {
      part.folder.removeParts()
      if isLate { part.folder.removeOutcomes() }
      for attempt in part.folder.stoppedAttempts {
        part.folder.forget(attempt, withCheckpoint: true)
      }
      let patience = invocation.isForAll || part.allocation != nil ? -1 : Leftovers.patience
      part.folder.removeJobFolders(unusedFor: patience, atEnd: true)
      part.folder.removeUnlessNeeded()
    }
    if waiting.count > 0 { note("result", count: waiting.count, bytes: 0) }
    let after = isTrial ? part.folder.foreignBytes : part.folder.contentBytes
    note(part.allocation == nil ? "session" : "pilot", bytes: before - after)
    guard foreign.isEmpty else {
      return say("stays", place + ["why=foreign"] + Answer.named(foreign))
    }
    gone.insert("sessions/\(part.session)/\(part.name)")
  }

  /// The file that tells whose a part is: the log, which pilots have none of, as their batch system keeps
  /// what they print.
  private func statusOfUse(_ part: SessionPart) -> stat? {
    part.folder.logStatus
      ?? (part.allocation == nil ? nil : part.folder.own.status(of: SessionFolder.lockName))
  }

  /// Removes what pilots left beside their parts.
  private mutating func cleanPilots(_ sessions: [(name: String, traces: PilotTraces)]) {
    for (name, traces) in sessions {
      for file in traces.files {
        remove(file.name, from: file.folder, "pilot", at: "sessions/\(name)/\(file.path)")
      }
      for folder in traces.folders {
        gone.insert("sessions/\(name)/\(folder.path)")
        if !isTrial { folder.folder.removeFolder(folder.name) }
      }
      // Pilots that have not begun may be about to write there.
      guard !isTrial, invocation.isForAll else { continue }
      ((try? work.directory.folder("sessions")) ?? nil)?.removeFolder(name)
    }
  }

  /// Allocations that have not come run the program that their script names, and may need data and set-ups;
  /// the script is there as long as any may come.
  private mutating func awaitPilots() {
    guard let sessions = (try? work.directory.folder("sessions")) ?? nil else { return }
    for name in sessions.names() where OwnName.isSession(name) {
      guard let session = (try? sessions.folder(name)) ?? nil else { continue }
      let scripts = session.names().filter {
        OwnName.isPilotScript($0) && !gone.contains("sessions/\(name)/\($0)")
      }
      guard !scripts.isEmpty else { continue }
      isInUse = true
      let programs = scripts.map { Self.programs(in: session, $0) }
      awaited.formUnion(programs.joined())
      awaitsAny = awaitsAny || programs.contains(where: \.isEmpty)
      say("stays", ["id=\(name)", "why=pilots"])
    }
  }

  /// The programs that a script names.
  private static func programs(in folder: Directory, _ name: String) -> [String] {
    guard let number = (try? folder.open(name, O_RDONLY | O_NOFOLLOW)) ?? nil,
      let bytes = try? Descriptor(number: number).readAll(limit: 1 << 16)
    else { return [] }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
      .filter(OwnName.isProgram)
  }

  private func traces(beside parts: [SessionPart]) -> [(name: String, traces: PilotTraces)] {
    guard let sessions = (try? work.directory.folder("sessions")) ?? nil else { return [] }
    return sessions.names().filter(OwnName.isSession).compactMap { name in
      guard let session = (try? sessions.folder(name)) ?? nil else { return nil }
      let own = parts.filter { $0.session == name }
      let traces = PilotTraces(of: session, parts: own, isForAll: invocation.isForAll)
      // A folder in which nothing is ours is somebody's.
      return own.isEmpty && traces.files.isEmpty && traces.folders.isEmpty ? nil : (name, traces)
    }
  }

  /// True for a regular file of the user's that came after the mark.
  private func isOurs(_ status: stat?) -> Bool {
    guard let status, status.isFile, status.st_uid == geteuid() else { return false }
    return (status.st_ctim.tv_sec, status.st_ctim.tv_nsec) >= (mark.tv_sec, mark.tv_nsec)
  }

  /// Removes a file that was left half shipped; one that may still be shipped stays.
  private mutating func removeUnlessOnItsWay(_ name: String, from folder: Directory) {
    if (folder.status(of: name)?.st_mtim.tv_sec ?? 0) > time(nil) - Self.shippingSeconds {
      onTheirWay += 1
    } else {
      remove(name, from: folder, "part")
    }
  }

  /// Removes a file; what other names keep frees nothing.
  private mutating func remove(
    _ name: String, from folder: Directory, _ kind: String, at path: String? = nil
  ) {
    guard let status = folder.status(of: name), isOurs(status) else { return }
    note(kind, bytes: status.st_nlink > 1 ? 0 : Int(status.st_size))
    gone.insert(path ?? "\(lastName(folder))/\(name)")
    if !isTrial { folder.removeFile(name) }
  }

  private mutating func cleanPrograms() {
    guard let bin = (try? work.directory.folder("bin")) ?? nil else { return }
    let running = OwnProcess.all().compactMap(\.program)
    for name in bin.names() {
      let status = bin.status(of: name)
      if OwnName.isShipped(name, of: OwnName.isProgram) {
        removeUnlessOnItsWay(name, from: bin)
        continue
      }
      guard OwnName.isProgram(name), let status else { continue }
      let isRunning = running.contains { $0.st_ino == status.st_ino && $0.st_dev == status.st_dev }
      let isCurrent = name == "quanta-worker-\(invocation.hash)"
      if isRunning || awaitsAny || awaited.contains(name) { continue }
      if isCurrent, isInUse || !invocation.isForAll { continue }
      remove(name, from: bin, "program")
    }
  }

  private mutating func cleanData() {
    guard !isInUse, let data = (try? work.directory.folder("data")) ?? nil else { return }
    for name in data.names() {
      if OwnName.isShipped(name, of: OwnName.isData) {
        removeUnlessOnItsWay(name, from: data)
      } else if OwnName.isData(name) {
        remove(name, from: data, "data")
      }
    }
  }

  /// What jobs of every run made once for all of them.
  private mutating func cleanSetups() {
    guard !isInUse, invocation.isForAll,
      let setups = (try? work.directory.folder("setups")) ?? nil
    else { return }
    for name in setups.names() where name.hasPrefix(CommandSetup.prefix) {
      note("setup", bytes: (try? setups.folder(name))??.contentBytes ?? 0)
      gone.insert("setups/\(name)")
      if !isTrial { FolderArchive.remove(name, in: setups.number) }
    }
  }

  /// What a check left that was killed, or whose host crashed under it; one that may still go on stays.
  private mutating func cleanProbes() {
    for name in work.directory.names() where name.hasPrefix(WorkFolder.probePrefix) {
      guard let probe = (try? work.directory.folder(name)) ?? nil else { continue }
      guard probe.status.st_mtim.tv_sec < time(nil) - Self.shippingSeconds else {
        onTheirWay += 1
        continue
      }
      let names = probe.names()
      for file in ["note", "program"] { remove(file, from: probe, "probe") }
      guard names.allSatisfy({ gone.contains("\(name)/\($0)") }) else { continue }
      if names.isEmpty { note("probe", bytes: 0) }
      gone.insert(name)
      if !isTrial { work.directory.removeFolder(name) }
    }
  }

  /// Removes the folder itself, if it holds nothing but what Quanta made; says what else is in it.
  private mutating func removeFolders() {
    if !isTrial {
      for name in WorkFolder.partNames { work.directory.removeFolder(name) }
    }
    let left = work.directory.names().filter { $0 != WorkFolder.marker }.flatMap(remains)
    if left.isEmpty, isTrial || work.remove() {
      return say("freed", ["kind=folder", "count=1", "bytes=0"])
    }
    let foreign = left.filter { !$0.isOwn }.map(\.path)
    say("stays", ["why=folder"] + Answer.named(foreign))
  }

  /// What stays of an entry of the work folder, and whether it has a name of Quanta's.
  private func remains(_ name: String) -> [(path: String, isOwn: Bool)] {
    guard WorkFolder.partNames.contains(name), let part = (try? work.directory.folder(name)) ?? nil
    else { return gone.contains(name) ? [] : [(name, name.hasPrefix(WorkFolder.probePrefix))] }
    return part.names().compactMap { entry -> (path: String, isOwn: Bool)? in
      let path = "\(name)/\(entry)"
      switch name {
      case "sessions" where OwnName.isSession(entry):
        let inner = ((try? part.folder(entry)) ?? nil)?.names()
        let isGone = inner?.allSatisfy { gone.contains("\(path)/\($0)") } ?? false
        return isGone ? nil : (path, true)
      case _ where gone.contains(path): return nil
      case "bin": return (path, isOwn(entry, OwnName.isProgram))
      case "data": return (path, isOwn(entry, OwnName.isData))
      default: return (path, false)
      }
    }
  }

  private func isOwn(_ name: String, _ isWhole: (String) -> Bool) -> Bool {
    isWhole(name) || OwnName.isShipped(name, of: isWhole)
  }

  private func lastName(_ folder: Directory) -> String {
    String(folder.path.split(separator: "/").last ?? "")
  }
}
