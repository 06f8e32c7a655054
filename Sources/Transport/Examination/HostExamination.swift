import Basics
import Posix
import SweepModel

/// What every host is asked by `quanta workers check`: one POSIX sh script, and its transcript.
///
/// It does what a run will do, up to starting a worker: the work folder is looked for, the program
/// is shipped where it is missing, and is asked what it sees (`facts`). All that it makes lies in a
/// folder of its own, which it removes; before a run, a program that ran goes into the work folder.
enum HostExamination {
  /// The script on one line. It reads its inputs and prints findings.
  static let script = RemoteScript.flattened(
    [RemoteScript.prelude, RemoteScript.folders, RemoteScript.files, findings]
      .joined(separator: "\n"))

  private static let findings = #"""
    IFS= read -r folder; IFS= read -r nonce; IFS= read -r hash; IFS= read -r size;
    IFS= read -r arch; IFS= read -r nice; IFS= read -r program; IFS= read -r keeps;
    IFS= read -r besides;
    fail() { say "trouble $1 $(flat "$2")"; say "done"; exit 0; };
    now=$(date +%s.%N 2>/dev/null) || now=;
    say "clock $now";
    say "system $(uname -s)";
    say "machine $(uname -m)";
    say "glibc $(getconf GNU_LIBC_VERSION 2>/dev/null)";
    expand;
    locate;
    base=$folder;
    while [ ! -d "$base" ]; do base=${base%/*}; base=${base:-/}; done;
    say "disk $(flat "$(LC_ALL=C df -Pk "$base" 2>/dev/null | tail -n 1)")";
    say "inodes $(flat "$(LC_ALL=C df -Pi "$base" 2>/dev/null | tail -n 1)")";
    out=$(LC_ALL=C cd -P "$base" 2>&1) && cd -P "$base" || trouble "$base: ${out##*: }";
    if [ "$base" = "$folder" ]; then
      private . "$folder";
      for p in bin data sessions; do
        if [ -e "$p" ] || [ -h "$p" ]; then private "$p" "$folder/$p"; fi;
      done;
    fi;
    probe=.quanta-probe-$nonce;
    out=$(LC_ALL=C mkdir "$probe" 2>&1) || trouble "no folder can be made in $base: ${out##*: }";
    trap 'rm -f "$probe/program" "$probe/note"; rmdir "$probe"' EXIT;
    trap 'exit 1' HUP INT TERM PIPE;
    out=$({ printf '%s' "$nonce" | LC_ALL=C cat > "$probe/note"; } 2>&1) ||
      trouble "cannot be written: $out";
    say "folder $folder";
    [ -z "$isinside" ] || say "inside";
    if [ "$(uname -s) $(uname -m)" != "Linux $arch" ]; then say "done"; exit 0; fi;
    if [ -n "$program" ]; then exec 3< "$program";
    elif hold "$folder/bin/quanta-worker-$hash" "$hash"; then :;
    else
      receive "$probe/program" "$size" "$hash" 0;
      chmod 700 "$probe/program";
    fi;
    ready "$base";
    exec 5>&1;
    out=$(cd "$probe" && LC_ALL=C "$exe" facts --folder "$folder" --session "$nonce" --hash "$hash" ${nice:+--nice "$nice"} ${besides:+--besides "$besides"} 2>&1 >&5 </dev/null);
    status=$?;
    say "facts $status $(flat "$out")";
    if [ "$keeps$status" = yes0 ] && [ -f "$probe/program" ]; then
      ( here=$PWD; enter; part bin; mv -f "$here/$probe/program" "bin/quanta-worker-$hash" )
        >/dev/null 2>&1;
    fi;
    say "done";
    """#

  /// What is sent to `RemoteScript.bootstrap` on the host's standard input; `program` is the
  /// worker's path where it need not be shipped, `keepsWorker` is for a run that follows, `session` the
  /// store whose jobs are not other runs'.
  ///
  /// Throws `configuration` when the work folder's name cannot be used.
  static func request(
    for host: HostSpec, _ binary: WorkerBinary, program: String = "", keepsWorker: Bool = false,
    session: String? = nil
  ) throws(LinkFailure) -> [UInt8] {
    let folder = try WorkFolderName.checked(host)
    return RemoteScript.request(
      script,
      inputs: [
        folder, randomName(), binary.hash, String(binary.sizeBytes), binary.architecture,
        host.nice.map { String($0) } ?? "", program, keepsWorker ? "yes" : "", session ?? "",
      ])
  }
}

/// Sixteen random hexadecimal digits, for names of temporary files that no one else picks.
func randomName() -> String { UInt64.random(in: 0...UInt64.max).hexadecimal }

/// A host's answers to the examination, with the times that bound its clock's skew.
struct ExaminationTranscript: Sendable {
  /// The answers: what was asked (`machine`) and what came (`x86_64`).
  private(set) var answers: [String: String] = [:]
  /// When the request was sent, seconds since 1970 by our clock.
  let sentSeconds: Double
  /// When the host's time arrived, seconds since 1970 by our clock.
  private(set) var clockReceivedSeconds: Double?
  private var lines: RemoteLines
  private var hasShell = false
  private var isFileWanted = false

  /// Starts a transcript at the moment when the request is sent.
  init(
    sentSeconds: Double = wallClockSeconds(), noiseLimit: Int = RemoteLines.noiseLimit
  ) {
    self.sentSeconds = sentSeconds
    lines = RemoteLines(noiseLimit: noiseLimit)
  }

  /// True when the script ran to its end.
  var isComplete: Bool { answers["done"] != nil }

  /// True when the account prints so much that there is no use in reading on.
  var isFlooded: Bool { lines.isFlooded }

  /// The last of what the account printed besides, on one line.
  var words: String { lines.words }

  /// True when the shell that the script needs has answered.
  var hasAnswer: Bool { hasShell }

  /// True once after the script asked for the program.
  mutating func takesFile() -> Bool {
    defer { isFileWanted = false }
    return isFileWanted
  }

  /// Adds output that arrived at `receivedSeconds` by our clock.
  mutating func append(
    _ bytes: ArraySlice<UInt8>, receivedSeconds: Double = wallClockSeconds()
  ) {
    var next = lines.next(bytes)
    while let line = next {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if name == "clock", clockReceivedSeconds == nil { clockReceivedSeconds = receivedSeconds }
      if name == "SHELL" { hasShell = true }
      if name == "SEND" { isFileWanted = true }
      answers[name] = parts.count > 1 ? String(parts[1]) : ""
      next = lines.next()
    }
  }
}
