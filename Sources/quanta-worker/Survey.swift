import Devices
import Glibc
import Posix
import SweepModel
import WorkFolder

/// `survey` and `stop`: what runs and lies in the work folder of this host, and an end for workers.
///
/// One answer a line, numbered, in words of the form `name=value` (see `HostAnswer`).
struct Survey {
  let invocation: Invocation
  let work: WorkFolder
  private let parts: [SessionPart]
  private var number = 0

  init?(_ invocation: Invocation) throws(FolderTrouble) {
    guard let work = try WorkFolder(entering: invocation.folder) else { return nil }
    self.invocation = invocation
    self.work = work
    parts = SessionPart.all(in: work)
    Answer.sayWhere(work)
  }

  /// Tells of every session and of the folder.
  mutating func tell() {
    var words = ["cores=\(HostFacts.cores)", "marked=\(work.markedAt == nil ? 0 : 1)"]
    let devices = DeviceSearch.here.find().all
    words.append("gpu=\(devices.count)")
    if let name = devices.first?.name, !name.isEmpty {
      words.append("gpuname=\(Answer.word(name))")
    }
    for name in WorkFolder.partNames {
      let bytes = (try? work.directory.folder(name))??.contentBytes ?? 0
      words.append("\(name)=\(bytes)")
    }
    Answer.say("place", words)
    for part in parts { say("session", part, more(part)) }
  }

  private func more(_ part: SessionPart) -> [String] {
    var words = ["results=\(part.waiting.count)", "bytes=\(part.waiting.bytes)"]
    if part.holder != .nobody {
      if let since = part.folder.listensSince { words.append("since=\(since)") }
      if let note = part.note { words.append("jobs=\(note.jobs)") }
      if let run = part.note?.run { words.append("run=\(run)") }
    }
    return words
  }

  /// Asks workers to end, and waits until they have.
  mutating func stop() {
    let running = parts.filter { part in
      part.isHere && part.holder != .nobody
        && (invocation.isForAll || part.session == invocation.session)
    }
    var asked: [SessionPart] = []
    for part in running {
      if let run = part.attachedRun {
        say("stop", part, ["state=attached", "run=\(run)"])
      } else if part.askToEnd() {
        asked.append(part)
      } else {
        say("stop", part, ["state=\(part.isFree ? "ended" : "unseen")"])
      }
    }
    let deadline = monotonicSeconds() + 20
    while asked.contains(where: { !$0.isFree }), monotonicSeconds() < deadline { usleep(50_000) }
    for part in asked {
      let words = part.isFree ? "stopped" : "ending"
      say("stop", part, ["state=\(words)", "results=\(part.waiting.count)"])
    }
  }

  private mutating func say(_ name: String, _ part: SessionPart, _ words: [String]) {
    number += 1
    var all = ["id=\(part.session)", "host=\(Answer.word(part.name))"]
    if !part.isHere { all.append("elsewhere=1") }
    switch part.holder {
    case .nobody: break
    case .worker(let process): all.append("pid=\(process)")
    case .unseen: all.append("pid=-")
    }
    Answer.say("\(name).\(number)", all + words)
  }
}

/// Lines for `quanta workers`.
enum Answer {
  static func say(_ name: String, _ words: [String]) {
    print("\nQUANTA-\(name) \(words.joined(separator: " "))")
  }

  /// Which machine and work folder this is: hosts with the same are one.
  static func sayWhere(_ work: WorkFolder) {
    let status = work.directory.status
    say("machine", ["at=\(MachineIdentity.place)-\(status.st_dev)-\(status.st_ino)"])
  }

  /// How many things there are, and the names of the first few, as one word.
  static func named(_ names: [String]) -> [String] {
    let words = names.prefix(5).map(encoded)
    return ["count=\(names.count)"]
      + (words.isEmpty ? [] : ["names=" + words.joined(separator: ",")])
  }

  /// A name with `%20` and the like for whatever would end a word.
  private static func encoded(_ name: String) -> String {
    name.utf8.reduce(into: "") { word, byte in
      let isPlain = (0x21...0x7E).contains(byte) && !"%=,".utf8.contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      word +=
        isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
  }

  /// A name that is one word.
  static func word(_ text: String) -> String {
    String(text.map { $0.isWhitespace || $0 == "=" ? "?" : $0 })
  }
}

extension Directory {
  /// Bytes of the user's regular files in the folder and in private folders below it.
  var contentBytes: Int {
    names().reduce(0) { sum, name in
      guard let status = status(of: name), status.st_uid == geteuid() else { return sum }
      if status.isFile { return sum + Int(status.st_size) }
      guard status.isFolder, let inner = (try? folder(name)) ?? nil else { return sum }
      return sum + inner.contentBytes
    }
  }
}
