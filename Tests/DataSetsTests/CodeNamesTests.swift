import Foundation
import LabSupport
import SweepModel
import Testing

@testable import DataSets

/// Folders of code with what is no code in them: names of other bytes than UTF-8, pipes where Git reads.
@Suite(.enabled(if: Command.runBlocking(["git", "--version"]).status == 0, "needs git"))
final class CodeNamesTests {
  private let folder = NSTemporaryDirectory() + "quanta-names-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { _ = Command.runBlocking(["rm", "-rf", folder]) }

  private func shell(_ script: String) throws {
    let head =
      "cd '\(folder)'; export HOME=\(folder)/home; mkdir -p home; "
      + "git() { command git -c user.name=n -c user.email=e@x \"$@\"; }\n"
    let result = Command.runBlocking(["sh", "-ec", head + script])
    try #require(result.status == 0, "\(result.output)")
  }

  /// Why the folder is not packed; nil where it is.
  private func refusal() -> String? {
    do {
      _ = try CodeFormat().read(folder + "/code")
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static let git = "git init -q -b main .; git add .; git commit -qm first"
  private static let bad = "$(printf 'a\\377b').py"

  @Test(arguments: ["true", "git init -q .", git])
  func name_thatIsNotUTF8_isRefused_unlessItIsIgnored(_ repository: String) throws {
    try shell("mkdir code; cd code; echo 1 >train.py; echo 2 >\(Self.bad); \(repository)")
    let reason = try #require(refusal())
    #expect(reason.contains("code/a\u{FFFD}b.py is not UTF-8"), "\(reason)")
    #expect(reason.contains("rename it, or name in .gitignore"), "\(reason)")
    // Nor does one pass that has the name to which it is mended.
    try shell("cd code; echo 3 >a\u{FFFD}b.py; \(repository == Self.git ? "git add ." : ":")")
    #expect(refusal()?.contains("is not UTF-8") == true)
    try shell("cd code; rm -f \(Self.bad)")
    #expect(refusal() == nil)
    try shell("cd code; mkdir .venv; echo 2 >.venv/\(Self.bad); echo .venv >.gitignore")
    #expect(refusal() == nil)
    try shell("cd code; ln -s \(Self.bad) link")
    #expect(refusal()?.contains("leads to a name that is not UTF-8") == true)
  }

  @Test func pipe_whereGitTracksAFile_isRefused_andAnyOtherLeftOut() throws {
    try shell("mkdir code; cd code; echo 1 >train.py; mkfifo pipe; \(Self.git)")
    #expect(refusal() == nil)
    try shell("cd code; rm train.py; mkfifo train.py")
    let reason = try #require(refusal())
    #expect(reason.contains("code/train.py is a named pipe, and Git tracks a file there"))
  }

  /// Git itself would wait for a writer for ever.
  @Test(arguments: [
    "git config core.excludesFile \"$PWD/../pipe\"", "mkfifo .gitignore",
    "rm .git/info/exclude; mkfifo .git/info/exclude",
    "mkdir a; echo 1 >a/a.py; mkfifo a/.gitignore",
    "git config include.path \"$PWD/../pipe\"",
  ])
  func pipe_fromWhichGitReads_keepsNobodyWaiting(_ trap: String) throws {
    try shell("mkdir code; mkfifo pipe; cd code; echo 1 >train.py; \(Self.git); \(trap)")
    let start = Date()
    let reason = try #require(refusal())
    #expect(reason.contains("it waits for something that does not come"), "\(reason)")
    #expect(reason.contains("core.excludesFile"), "\(reason)")
    // Beyond the time for which it may do nothing only how busy this machine is matters.
    #expect(Date().timeIntervalSince(start) < 40)
  }

  @Test func attributesThatAreAPipe_leaveTheSourceUnknown() throws {
    try shell(
      "mkdir code; mkfifo pipe; cd code; echo 1 >train.py; \(Self.git); echo 2 >train.py\n"
        + "git config core.attributesFile \"$PWD/../pipe\"")
    let source = CodeSource.reading(folder + "/code")
    #expect(source.commit != nil && source.isDirty == nil)
    #expect(source.note?.contains("one of its files may be a named pipe") == true, "\(source)")
    #expect(refusal() == nil)
  }
}
