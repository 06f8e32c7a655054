import Basics

/// Where a folder of code stood in its repository when it was packed.
///
/// A store keeps one beside every packed folder, as JSON. Nothing depends on it.
public struct CodeSource: Hashable, Sendable {
  /// What the name of its file has behind the folder's hash.
  public static let suffix = ".source"
  /// The most bytes of a difference that are kept.
  public static let maximumDifference = 1 << 20
  /// The most names that are kept.
  public static let maximumNames = 1000

  /// The commit in hexadecimal digits; nil where there is none.
  public var commit: String?
  /// The branch; nil for a detached head.
  public var branch: String?
  /// Whether the folder holds what the commit does not; nil where that is not known.
  public var isDirty: Bool?
  /// What `git diff` says of the folder, in its encoding as far as that is UTF-8.
  public var difference = ""
  /// The difference was longer than is kept.
  public var isCut = false
  /// Files that Git neither tracks nor ignores, relative to the folder.
  public var untracked: [String] = []
  /// There are more of them.
  public var hasMoreUntracked = false
  /// Why something of this is not known, a sentence; nil where all is.
  public var note: String?

  /// Creates one of which nothing is known.
  public init() {}

  /// As a store keeps it.
  public var text: String {
    var members: [JSON.Member] = []
    func add(_ name: String, _ value: JSON?) {
      if let value { members.append(JSON.Member(name, value)) }
    }
    add("commit", commit.map(JSON.text))
    add("branch", branch.map(JSON.text))
    add("dirty", isDirty.map(JSON.flag))
    add("note", note.map(JSON.text))
    add("untracked", untracked.isEmpty ? nil : .list(untracked.map(JSON.text)))
    add("moreUntracked", hasMoreUntracked ? .flag(true) : nil)
    add("diff", difference.isEmpty ? nil : .text(difference))
    add("cut", isCut ? .flag(true) : nil)
    return JSON.object(members).line
  }

  /// Reads ``text``; nil for what is no JSON object.
  public init?(text bytes: [UInt8]) {
    guard let json = try? JSON(bytes), case .object = json else { return nil }
    commit = json["commit"]?.text
    branch = json["branch"]?.text
    if case .flag(let flag)? = json["dirty"] { isDirty = flag }
    note = json["note"]?.text
    if case .list(let names)? = json["untracked"] { untracked = names.compactMap(\.text) }
    hasMoreUntracked = json["moreUntracked"] == .flag(true)
    difference = json["diff"]?.text ?? ""
    isCut = json["cut"] == .flag(true)
  }
}
