import Foundation
import Posix

/// Asks Git about a folder without trusting the repository that it lies in.
///
/// What a repository's own configuration would have Git run is switched off: file system monitors, hooks,
/// filters, external and text-converting differences, pagers, and fetching what is missing. Git reads, and
/// writes nothing.
struct Git {
  /// Why Git does not answer.
  enum Refusal: Error {
    /// There is no such program.
    case noGit
    /// It ended with a status, having said this.
    case failed(code: Int32, words: String)
    /// It took too long.
    case tooLong
    /// It waited for something that did not come, such as a pipe to which nobody writes.
    case stalled
    /// A filter's name cannot be switched off.
    case strangeFilter
  }

  /// How long it may do nothing at all, seconds.
  private static let idleSeconds = 5.0

  let folder: String
  /// How long a question may take, seconds.
  var seconds = 120.0

  /// What must not be another repository's than the folder's.
  private static let foreign = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
  ]

  /// The environment for Git, made of ours.
  static func environment(of ours: [String: String]) -> [String: String] {
    var environment = ours
    for name in foreign { environment[name] = nil }
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_NO_LAZY_FETCH"] = "1"
    // No protocol has this name, so none may be spoken.
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return environment
  }

  private static let settings = [
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "diff.external=",
    "diff.noprefix=false", "diff.mnemonicPrefix=false", "core.quotePath=true",
  ]

  /// What it prints, and whether that is whole. Throws ``Refusal`` where it does not end well.
  func output(
    _ arguments: [String], settings: [String] = [], limit: Int = 1 << 26
  ) throws(Refusal) -> (bytes: [UInt8], isWhole: Bool) {
    let words =
      ["git", "--no-pager", "-C", folder]
      + (Self.settings + settings).flatMap { ["-c", $0] } + arguments
    let output: Child.BoundedOutput
    do throws(PosixError) {
      output = try Child.boundedOutput(
        of: words, environment: Self.environment(of: processEnvironment()), limit: limit,
        seconds: seconds, idleSeconds: Self.idleSeconds)
    } catch {
      throw .noGit
    }
    if output.isWhole, output.code != 0 {
      throw .failed(code: output.code, words: output.errors)
    }
    guard !output.hasStalled else { throw .stalled }
    guard output.isWhole || output.bytes.count >= limit else { throw .tooLong }
    return (output.bytes, output.isWhole)
  }

  /// The one line that it prints.
  func line(_ arguments: [String]) throws(Refusal) -> String {
    String(decoding: try output(arguments, limit: 1 << 16).bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The names that it prints with a zero after each, as bytes of any kind; whether these are all.
  func rawNames(
    _ arguments: [String], limit: Int = 1 << 26
  ) throws(Refusal) -> (names: [ArraySlice<UInt8>], isWhole: Bool) {
    let (bytes, isWhole) = try output(arguments, limit: limit)
    var parts = bytes.split(separator: 0)
    // Of a list that was cut the last name may be half a one.
    if !isWhole { _ = parts.popLast() }
    return (parts, isWhole)
  }

  /// The same as texts.
  func names(
    _ arguments: [String], limit: Int = 1 << 26
  ) throws(Refusal) -> (names: [String], isWhole: Bool) {
    let (names, isWhole) = try rawNames(arguments, limit: limit)
    return (names.map { String(decoding: $0, as: UTF8.self) }, isWhole)
  }

  /// Settings that switch off every filter that any configuration knows. Git LFS's are among them: a file
  /// of its that was touched since may count as changed.
  func filtersOff() throws(Refusal) -> [String] {
    let question = ["config", "--null", "--name-only", "--get-regexp", "^filter\\."]
    let names: [String]
    do throws(Refusal) {
      names = try self.names(question).names
    } catch {
      // There is none.
      guard case .failed(code: 1, _) = error else { throw error }
      return []
    }
    // Git takes what stands before the first `=` for the name.
    guard !names.contains(where: { $0.contains("=") || $0.contains("\n") }) else {
      throw .strangeFilter
    }
    return Set(names).sorted().map { $0.hasSuffix(".required") ? "\($0)=false" : "\($0)=" }
  }
}
