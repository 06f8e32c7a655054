import Foundation
import LabSupport
import SweepModel
import Testing

@testable import DataSets

/// Where a folder of code stood in its repository, whatever that is like.
@Suite(.enabled(if: Command.runBlocking(["git", "--version"]).status == 0, "needs git"))
final class CodeSourceTests {
  private let folder = NSTemporaryDirectory() + "quanta-source-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs a script in the folder, with a `git` that knows who it is.
  private func shell(_ script: String) throws {
    let head = "cd '\(folder)'; git() { command git -c user.name=n -c user.email=e@x \"$@\"; }\n"
    let result = Command.runBlocking(["sh", "-ec", head + script])
    try #require(result.status == 0, "\(result.output)")
  }

  private func repository(_ more: String = "") throws {
    try shell(
      "git init -q -b main .; echo one >train.py; git add .; git commit -qm first\n" + more)
  }

  private func line(_ arguments: String...) -> String {
    Command.runBlocking(["git", "-C", folder] + arguments).output
  }

  @Test func folder_asItIsCommitted_hasItsCommitAndBranch() throws {
    try repository()
    let source = CodeSource.reading(folder)
    #expect(source.commit == line("rev-parse", "HEAD") && source.branch == "main")
    #expect(source.isDirty == false && source.difference.isEmpty && source.note == nil)
  }

  @Test func changes_ofTheFolderAlone_areTheDifferenceAndNames() throws {
    try repository(
      """
      mkdir sub other; echo a >sub/a.py; echo b >other/b.py; git add .; git commit -qm second
      echo A >sub/a.py; echo B >other/b.py; echo n >"sub/new
      line.py"; echo n >other/new.py; echo '*.log' >.gitignore; echo x >sub/x.log
      """)
    let source = CodeSource.reading(folder + "/sub")
    #expect(source.isDirty == true && source.untracked == ["new\nline.py"])
    #expect(source.difference.contains("--- a/sub/a.py\n+++ b/sub/a.py\n@@ -1 +1 @@\n-a\n+A\n"))
    #expect(!source.difference.contains("other"))
    try Data(source.difference.utf8).write(to: URL(fileURLWithPath: folder + "/p"))
    try shell("git checkout -q sub; git apply p; test \"$(cat sub/a.py)\" = A")
    #expect(CodeSource(text: Array(source.text.utf8)) == source)
  }

  /// What Git ignores may be secret: it is not packed because Git refuses to say so.
  @Test(arguments: ["head -c 20 .git/index >i; cp i .git/index", "rm .git/HEAD"])
  func code_ofARepositoryThatGitCannotRead_isRefused(_ damage: String) throws {
    try repository("echo key >secret.env; echo secret.env >.gitignore\n" + damage)
    #expect { try CodeFormat().read(folder) } throws: { error in
      let words = "\(error)"
      return words.contains("Git does not tell which files") && words.contains("ls-files")
    }
    try shell("rm -rf .git")
    #expect(throws: Never.self) { try CodeFormat().read(folder) }
  }

  @Test func detachedHead_hasNoBranch() throws {
    try repository("git checkout -q --detach")
    let source = CodeSource.reading(folder)
    #expect(source.commit != nil && source.branch == nil && source.isDirty == false)
  }

  @Test func repositoryWithoutACommit_saysSo() throws {
    try shell("git init -q -b main .; echo one >train.py; git add .; echo two >new.py")
    let source = CodeSource.reading(folder)
    #expect(source.commit == nil && source.branch == "main" && source.isDirty == true)
    #expect(source.untracked == ["new.py"])
    #expect(source.note == "Its repository has no commit yet.")
  }

  @Test func folderOutsideOfAnyRepository_saysSo() throws {
    let source = CodeSource.reading(folder)
    #expect(source.note == "It lies in no Git repository." && source.isDirty == nil)
    #expect(CodeSource.reading(folder + "/absent").note?.hasPrefix("Git ended with status") == true)
    try shell("git init -q --bare bare")
    #expect(
      CodeSource.reading(folder + "/bare").note == "It lies in a repository without a work tree.")
  }

  @Test func submodule_isItsOwnRepository_andOnlyItsCommitCountsOutside() throws {
    try shell(
      """
      git init -q -b main inner; cd inner; echo i >i.py; git add .; git commit -qm inner; cd ..
      git init -q -b main outer; cd outer
      git -c protocol.file.allow=always submodule --quiet add "$PWD/../inner" lib
      git commit -qm outer; echo changed >lib/i.py
      """)
    let outer = CodeSource.reading(folder + "/outer")
    #expect(outer.isDirty == false && outer.difference.isEmpty, "\(outer)")
    let inner = CodeSource.reading(folder + "/outer/lib")
    #expect(inner.difference.contains("+changed") && inner.commit != outer.commit)
    try shell("cd outer/lib; git commit -qam next")
    let moved = CodeSource.reading(folder + "/outer")
    #expect(moved.isDirty == true && moved.difference.contains("+Subproject commit"))
  }

  @Test func longDifference_isCut_andManyNamesAre() throws {
    try repository(
      """
      yes 0123456789abcdef | head -c 3000000 >train.py
      for n in $(seq 1100); do : >"new-$n.py"; done
      """)
    let source = CodeSource.reading(folder)
    #expect(source.isCut && source.isDirty == true)
    #expect(source.difference.utf8.count == CodeSource.maximumDifference)
    #expect(source.untracked.count == CodeSource.maximumNames && source.hasMoreUntracked)
    #expect(CodeSource(text: Array(source.text.utf8)) == source)
  }

  /// Everything that a repository can have Git run by itself, each writing to one file.
  @Test func repositoryThatWouldRunPrograms_runsNone() throws {
    try repository(
      """
      printf '#!/bin/sh\\necho ran >>"%s/ran"\\ncat\\n' "$PWD" >.git/evil; chmod +x .git/evil
      echo '*.py filter=e diff=e' >.gitattributes; git add .gitattributes; git commit -qm attributes
      echo two >train.py; touch -d 2020-01-01 train.py; echo new >new.py
      for key in core.fsmonitor core.pager diff.external diff.e.command diff.e.textconv \
        filter.e.clean filter.e.process filter.e.smudge core.sshCommand core.editor; do
        git config $key "$PWD/.git/evil"
      done
      git config filter.e.required true; git config pager.diff true
      mkdir -p .git/hooks; cp .git/evil .git/hooks/post-index-change
      git config extensions.partialClone origin; git config remote.origin.url evil@host:x
      git config remote.origin.promisor true
      """)
    _ = Command.runBlocking(["git", "-C", folder, "diff", "HEAD"])
    #expect(FileManager.default.fileExists(atPath: folder + "/ran"), "the trap itself works")
    try FileManager.default.removeItem(atPath: folder + "/ran")
    let source = CodeSource.reading(folder)
    #expect(
      source.difference.contains("-one\n+two\n") && source.untracked == ["new.py"], "\(source)")
    let set = try DataLibrary().find(folder, .code)
    #expect(set.kind == .code)
    #expect(!FileManager.default.fileExists(atPath: folder + "/ran"))
  }

  /// A blob that is missing would be fetched with the repository's own command.
  @Test func repositoryThatLacksABlob_fetchesNothing() throws {
    try repository(
      """
      printf '#!/bin/sh\\necho ran >>"%s/ran"\\n' "$PWD" >.git/evil; chmod +x .git/evil
      blob=$(git rev-parse HEAD:train.py); rm -f ".git/objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-)"
      git config core.repositoryFormatVersion 1; git config extensions.partialClone origin
      git config remote.origin.url evil@host:x; git config core.sshCommand "$PWD/.git/evil"
      git config remote.origin.promisor true; echo two >train.py
      """)
    let source = CodeSource.reading(folder)
    #expect(
      source.commit != nil && source.note?.hasPrefix("Git ended with status") == true, "\(source)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/ran"))
  }

  @Test func filterWhoseNameCannotBeSwitchedOff_keepsTheDifferenceAway() throws {
    try repository(
      """
      printf '[filter "a=b"]\\n\\tclean = touch %s/ran\\n' "$PWD" >>.git/config
      echo '*.py filter=a=b' >.git/info/attributes; echo two >train.py
      """)
    let source = CodeSource.reading(folder)
    #expect(source.note?.contains("cannot be switched off") == true && source.isDirty == nil)
    #expect(!FileManager.default.fileExists(atPath: folder + "/ran"))
  }

  /// Another repository's variables, as hooks have them, do not count.
  @Test func variablesOfAnotherRepository_areNotHeeded() throws {
    let environment = Git.environment(of: ["GIT_DIR": "/no", "GIT_INDEX_FILE": "/no", "HOME": "/h"])
    #expect(environment["GIT_DIR"] == nil && environment["GIT_INDEX_FILE"] == nil)
    #expect(environment["HOME"] == "/h")
  }

  @Test func keptContent_hasItsSourceBesideIt_fromWhereItWasFoundFirst() throws {
    try repository("echo two >train.py")
    let store = folder + "-store"
    defer { try? FileManager.default.removeItem(atPath: store) }
    let library = DataLibrary()
    let set = try library.find(folder, .code)
    let path = try library.file(set, keptIn: store)
    func kept() throws -> CodeSource? {
      CodeSource(text: Array(try Data(contentsOf: URL(fileURLWithPath: path + CodeSource.suffix))))
    }
    let first = try #require(try kept())
    #expect(first.isDirty == true && first.difference.contains("+two"))
    // The same content at another commit: what was recorded stays.
    try shell("git commit -qam second")
    #expect(try DataLibrary().find(folder, .code) == set)
    let again = DataLibrary()
    _ = try again.file(again.find(folder, .code), keptIn: store)
    #expect(try kept() == first)
    // A store of a version that recorded none.
    try FileManager.default.removeItem(atPath: path + CodeSource.suffix)
    _ = try again.file(set, keptIn: store)
    #expect(try kept()?.isDirty == false)
  }

  @Test func texts_thatAreNoSource_areRefusedOrRead() throws {
    #expect(CodeSource(text: Array("[1]".utf8)) == nil && CodeSource(text: [0, 255]) == nil)
    let odd = try #require(
      CodeSource(text: Array("{\"commit\": 3, \"untracked\": [1, 2], \"dirty\": \"x\"}".utf8)))
    #expect(odd == CodeSource())
  }

  /// Stores and work folders are no part of the code, nor do they make it another one.
  @Test func quantasOwnFolders_changeNothing() throws {
    try repository("mkdir quanta-store; touch quanta-store/store.sqlite quanta-store/lock")
    #expect(CodeSource.reading(folder).isDirty == false)
    try shell("touch mine.txt")
    #expect(CodeSource.reading(folder).untracked == ["mine.txt"])
  }

  /// A submodule that is checked out is part of the code.
  @Test func submodule_isPacked() throws {
    try repository(
      """
      mkdir ../lib.$$; (cd ../lib.$$; git init -q -b main .; echo one >lib.py; git add .; git commit -qm lib)
      git -c protocol.file.allow=always submodule --quiet add "$(cd ../lib.$$; pwd)" lib
      git commit -qm submodule; rm -rf ../lib.$$
      """)
    func content() throws -> [UInt8] { try CodeFormat().read(folder).content }
    let before = try content()
    #expect(String(decoding: before, as: UTF8.self).contains("lib/lib.py"))
    try shell("echo two >lib/lib.py")
    #expect(try content() != before)
  }

  /// A repository in it that is no submodule is code as well.
  @Test(arguments: ["true", "git add lib 2>/dev/null; git commit -qm lib"])
  func repositoryWithin_isPacked(_ more: String) throws {
    try repository(
      "mkdir lib; (cd lib; git init -q; echo one >lib.py; echo x >.gitignore; touch x; git add .; "
        + "git commit -qm lib; echo new >new.py); \(more)")
    let content = String(decoding: try CodeFormat().read(folder).content, as: UTF8.self)
    #expect(content.contains("lib/lib.py"))
    // What the outer repository ignores may lie there untracked.
    #expect(!content.contains("lib/x") && !content.contains("lib/new.py"))
  }

  /// Another work tree of the same repository is no part of its code.
  @Test func workTreeWithin_isLeftOut() throws {
    try repository()
    let before = try CodeFormat().read(folder).content
    try shell("git worktree add -q other 2>/dev/null; test -f other/train.py")
    #expect(try CodeFormat().read(folder).content == before)
  }

  /// Whoever edits a grid or a list of hosts has edited no program.
  @Test(arguments: ["true", "rm -r .git"]) func filesOfSweepsAndHosts_areNoCode(_ more: String)
    throws
  {
    try repository(more)
    func content() throws -> [UInt8] { try CodeFormat().read(folder).content }
    let before = try content()
    try shell(
      """
      printf 'name: s\nrun: python3 train.py\ngrid: {a: [1]}\n' >s.yaml; cp s.yaml t.yml
      printf 'program: train.py\nmethod: grid\nparameters:\n  a: {values: [1]}\n' >w.yaml
      printf 'hosts: [local]\n' >cluster.yaml
      """)
    #expect(try content() == before)
    if more == "true" { #expect(CodeSource.reading(folder).isDirty == false) }
    try shell("printf 'lr: 0.1\\ngrid: 3\\n' >config.yaml")
    try shell("printf 'name: x\\nrun: {dt: 1}\\ngrid: {nx: 64}\\n' >other.yaml")
    try shell("mkdir own; echo SQLite format 3 >own/store.sqlite; echo 1 >own/a.py")
    let text = String(decoding: try content(), as: UTF8.self)
    #expect(text.contains("own/a.py"))
    #expect(text.contains("config.yaml") && text.contains("other.yaml") && !text.contains("s.yaml"))
    try shell("rm -r own *.py config.yaml other.yaml")
    let refusal = #expect(throws: DataSetError.self) { try content() }
    #expect(refusal?.description.contains("holds no code") == true)
  }
}
