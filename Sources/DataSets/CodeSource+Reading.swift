import Basics
import Foundation
import SweepModel

extension CodeSource {
  /// Where a folder stands in its repository now. What cannot be known is left out, with a note.
  static func reading(_ folder: String) -> CodeSource {
    let git = Git(folder: folder)
    var source = CodeSource()
    do throws(Git.Refusal) {
      guard try git.line(["rev-parse", "--is-inside-work-tree"]) == "true" else {
        source.note = "It lies in a repository without a work tree."
        return source
      }
    } catch {
      source.note = note(error)
      return source
    }
    source.commit = try? git.line(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
    source.branch = try? git.line(["symbolic-ref", "--quiet", "--short", "HEAD"])
    do throws(Git.Refusal) {
      let (all, isWhole) = try git.names(
        ["ls-files", "-z", "--others", "--exclude-standard"], limit: 1 << 18)
      let names = OwnFiles.removed(from: all, of: folder)
      source.untracked = Array(names.prefix(maximumNames))
      source.hasMoreUntracked = !isWhole || names.count > maximumNames
      guard let commit = source.commit else {
        source.note = "Its repository has no commit yet."
        source.isDirty = true
        return source
      }
      let (bytes, isDifferenceWhole) = try git.output(
        difference(to: commit), settings: git.filtersOff(), limit: maximumDifference)
      source.isCut = !isDifferenceWhole
      source.difference = String(decoding: bytes, as: UTF8.self)
      source.isDirty = !bytes.isEmpty || !source.untracked.isEmpty || source.hasMoreUntracked
    } catch {
      source.note = note(error)
    }
    return source
  }

  /// Submodules are repositories of their own: only which commit of theirs is meant counts.
  private static func difference(to commit: String) -> [String] {
    [
      "diff", "--patch", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
      "--no-relative", "--submodule=short", "--ignore-submodules=dirty", commit, "--", ".",
    ]
  }

  private static func note(_ refusal: Git.Refusal) -> String {
    switch refusal {
    case .noGit: return "There is no Git here."
    case .failed(_, let words) where words.contains("not a git repository"):
      return "It lies in no Git repository."
    case .failed(let code, let words):
      let words = printable(String(words.prefix(400)))
      return "Git ended with status \(code)" + (words.isEmpty ? "." : ": \(words)")
    case .tooLong: return "Git took too long."
    case .stalled:
      return "Git waited for something that did not come: one of its files may be a named pipe."
    case .strangeFilter:
      return "A filter of the repository has a name that cannot be switched off, so it was not "
        + "compared with the commit."
    }
  }
}
