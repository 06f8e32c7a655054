import Basics
import SweepModel

/// What `quanta workers list`, `stop` and `clean` ask of a host: one POSIX sh script, which asks the
/// worker program; nothing is made where there is no work folder, and nothing stays. Where the disk is
/// full the program is brought to `/tmp`: who wants to make room there must be able to.
public struct HostCare: Hashable, Sendable {
  /// What is asked.
  public enum Verb: String, Hashable, Sendable {
    /// What runs and what lies there.
    case survey
    /// An end for workers.
    case stop
    /// What `clean` would remove.
    case trial
    /// Remove what Quanta made.
    case clean
  }

  /// What is asked.
  public let verb: Verb
  /// The identity of the store whose workers are meant; nil where there is no store.
  public let session: String?
  /// The workers of all stores; the folder itself.
  public let isForAll: Bool
  /// No job of the store waits for a result: what still lies there is late.
  public let isSettled: Bool

  /// Creates a question.
  public init(_ verb: Verb, session: String?, isForAll: Bool, isSettled: Bool = false) {
    self.verb = verb
    self.session = session
    self.isForAll = isForAll
    self.isSettled = isSettled
  }

  private var scope: String { (isForAll ? "all" : "own") + (isSettled ? "-settled" : "") }

  static let script = RemoteScript.flattened(
    [RemoteScript.prelude, RemoteScript.folders, RemoteScript.files, question]
      .joined(separator: "\n"))

  private static let question = #"""
    IFS= read -r folder; IFS= read -r nonce; IFS= read -r hash; IFS= read -r size;
    IFS= read -r arch; IFS= read -r program;
    IFS= read -r verb; IFS= read -r session; IFS= read -r scope;
    fail() { say "trouble $1 $(flat "$2")"; say "done"; exit 0; };
    [ "$(uname -s) $(uname -m)" = "Linux $arch" ] ||
      fail wrongArchitecture "$(uname -s) $(uname -m)";
    expand;
    locate;
    say "folder $folder";
    if [ ! -e "$folder" ] && [ ! -h "$folder" ]; then say "absent"; say "done"; exit 0; fi;
    out=$(LC_ALL=C cd -P "$folder" 2>&1) && cd -P "$folder" || trouble "$folder: ${out##*: }";
    private . "$folder";
    probe=;
    if [ -n "$program" ]; then exec 3< "$program";
    elif hold "bin/quanta-worker-$hash" "$hash"; then :;
    else
      trap '[ -z "$probe" ] || { rm -f "$probe/program"; rmdir "$probe" 2>/dev/null; }' EXIT;
      trap 'exit 1' HUP INT TERM PIPE;
      for b in "$PWD" /tmp /dev/shm; do
        probe=$b/.quanta-probe-$nonce;
        mkdir "$probe" 2>/dev/null || { probe=; continue; };
        { head -c "$size" /dev/zero > "$probe/program"; } 2>/dev/null && break;
        rm -f "$probe/program"; rmdir "$probe"; probe=;
      done;
      [ -n "$probe" ] || fail noSpace "neither there nor in /tmp is room for the worker program";
      receive "$probe/program" "$size" "$hash" 0;
      chmod 700 "$probe/program";
    fi;
    ready "$folder";
    cd /;
    if [ -n "$probe" ]; then rm -f "$probe/program"; rmdir "$probe" 2>/dev/null; fi;
    exec 5>&1;
    out=$(LC_ALL=C "$exe" "$verb" --folder "$folder" --session "$session" --hash "$hash" --scope "$scope" 2>&1 >&5 </dev/null);
    say "end $? $(flat "$out")";
    say "done";
    """#

  /// What is sent to `RemoteScript.bootstrap`; `program` is the worker's path where it need not be
  /// shipped. Throws `configuration` when the work folder's name cannot be used.
  func request(
    for host: HostSpec, _ binary: WorkerBinary, program: String = ""
  ) throws(LinkFailure) -> [UInt8] {
    let folder = try WorkFolderName.checked(host)
    return RemoteScript.request(
      HostCare.script,
      inputs: [
        folder, randomName(), binary.hash, String(binary.sizeBytes), binary.architecture, program,
        verb.rawValue, session ?? "none", scope,
      ])
  }
}

/// What a host answered to a ``HostCare``; everything in it is foreign data, safe to print.
public struct HostAnswer: Hashable, Sendable {
  /// One line of it.
  public struct Line: Hashable, Sendable {
    /// What it is about: `machine`, `place`, `session`, `stop`, `freed`, `stays`.
    public let name: String
    /// Its words of the form `name=value`.
    public let words: [String: String]

    /// A word's text; empty when it is missing.
    public subscript(_ name: String) -> String { words[name] ?? "" }
    /// A word's number; 0 when it is none.
    public func number(_ name: String) -> Int { Int(self[name]) ?? 0 }
    /// A word's list of names, safe to print.
    public func names(_ name: String) -> [String] {
      self[name].split(separator: ",").map { printable(Self.decoded($0)) }
    }

    /// `%20` and the like as what they stand for.
    private static func decoded(_ word: Substring) -> String {
      var bytes: [UInt8] = []
      var rest = Array(word.utf8)[...]
      while let byte = rest.popFirst() {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
          bytes.append(code)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The work folder's whole path.
  public let folder: String
  /// False when there is no work folder, and so nothing.
  public let exists: Bool
  /// The lines in their order.
  public let lines: [Line]

  /// Reads a transcript; throws what the host could not do.
  init(_ answers: [String: String], host: HostSpec) throws(LinkFailure) {
    if let trouble = answers["trouble"] {
      let parts = trouble.split(separator: " ", maxSplits: 1)
      let code = parts.first.flatMap { LinkFailure.Code(rawValue: String($0)) } ?? .worker
      let reason = printable(parts.count > 1 ? String(parts[1]) : "no reason given")
      if code == .workFolder || code == .noSpace {
        throw WorkFolderName.failure(
          host, reason: reason, isFull: code == .noSpace)
      }
      throw LinkFailure(
        code, "\(host.name): \(reason)", remedy: "run `quanta workers check`, which says more")
    }
    let end = (answers["end"] ?? "0").split(separator: " ", maxSplits: 1)
    if end.first != "0" {
      let said = printable(end.count > 1 ? String(end[1]) : "it said nothing")
      throw LinkFailure(
        .worker, "\(host.name): \(said)", remedy: "run `quanta workers check`, which says more")
    }
    folder = printable(answers["folder"] ?? "")
    exists = answers["absent"] == nil
    lines = answers.map { name, text in
      let parts = name.split(separator: ".", maxSplits: 1)
      let words = text.split(separator: " ").compactMap { word -> (String, String)? in
        let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return pair.count == 2 ? (printable(String(pair[0])), printable(String(pair[1]))) : nil
      }
      let order = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      let line = Line(
        name: String(parts.first ?? ""), words: Dictionary(words) { first, _ in first })
      return (order, line)
    }.sorted { ($0.0, $0.1.name) < ($1.0, $1.1.name) }.map(\.1)
  }

  /// The machine and work folder, for comparison: what has the same is the same; nil when an older
  /// worker answers.
  public var place: String? { lines("machine").first?.words["at"] }

  /// The lines about one thing.
  public func lines(_ name: String) -> [Line] { lines.filter { $0.name == name } }
}
