import Basics
package import Store
package import SweepModel

/// The code that a job of a command runs or has run, and where that stood in its repository when it was
/// packed.
package struct JobCode: Encodable {
  private let hash: String
  package let commit: String?
  package let branch: String?
  /// Absent where it is not known.
  package let dirty: Bool?
  private let note: String?
  private let untracked: [String]
  private let moreUntracked: Bool
  /// What `git diff` said of the folder; at most a mebibyte.
  package let diff: String
  private let diffIsCut: Bool

  /// Nil for a job without code.
  package init?(_ job: Job, in layout: StoreLayout) {
    guard let hash = Self.hash(of: job) else { return nil }
    self.init(hash, layout.codeSource(of: hash))
  }

  init(_ hash: String, _ source: CodeSource?) {
    self.hash = hash
    commit = source?.commit
    branch = source?.branch
    dirty = source?.isDirty
    note = source == nil ? "Where it stood in a repository was not recorded." : source?.note
    untracked = source?.untracked ?? []
    moreUntracked = source?.hasMoreUntracked ?? false
    diff = source?.difference ?? ""
    diffIsCut = source?.isCut ?? false
  }

  /// SHA-256 of a job's packed code; nil for a job without any.
  static func hash(of job: Job) -> String? { hash(of: job.parameters) }

  static func hash(of parameters: Parameters) -> String? {
    guard case .text(let name)? = parameters[CommandSpec.code] else { return nil }
    return DataSet(name: name)?.hash
  }

  /// One line: which code it is.
  package var sentence: String {
    var text = "code \(hash.prefix(10))"
    if let commit {
      text += ": commit \(printable(String(commit.prefix(12))))"
      text += branch.map { " of branch \(printable($0))" } ?? ", a detached head"
    }
    if let changes { text += (commit == nil ? ": " : ", ") + changes }
    if let note { text += (commit == nil && changes == nil ? ": " : "; ") + printable(note) }
    return text
  }

  /// How it differs from the commit; nil where that is not known.
  private var changes: String? {
    if dirty == false { return "without a change" }
    var parts: [String] = []
    if !diff.isEmpty {
      let lines = diff.utf8.count { $0 == UInt8(ascii: "\n") }
      parts.append(
        "changed by \(counted(lines, "line")) of diff"
          + (diffIsCut ? ", of which no more are kept" : "") + " (--diff prints them)")
    }
    if !untracked.isEmpty {
      let names = untracked.prefix(3).map { printable($0) }.joined(separator: ", ")
      let number = "\(untracked.count)\(moreUntracked ? " or more" : "")"
      let noun = untracked.count == 1 && !moreUntracked ? "file" : "files"
      parts.append(
        "with \(number) \(noun) that Git does not track (\(names)\(untracked.count > 3 ? ", …" : ""))"
      )
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
