import Glibc
package import SweepModel

/// What every host is asked by `quanta workers check`: one POSIX sh script, and its transcript.
package enum HostExamination {
  /// The script on one line. It reads the work folder and a nonce, and prints findings.
  package static let script = RemoteScript.flattened(
    RemoteScript.prelude + "\n" + #"""
      IFS= read -r folder; IFS= read -r nonce;
      now=$(date +%s.%N 2>/dev/null) || now=;
      say "clock $now";
      expand;
      out=$(LC_ALL=C mkdir -p "$folder" 2>&1) || out="cannot be made: $out";
      probe=$folder/.quanta-probe-$nonce;
      if [ -z "$out" ]; then
        out=$({ printf '%s' "$nonce" | LC_ALL=C cat > "$probe"; } 2>&1) ||
          out="cannot be written: $out";
        rm -f "$probe" 2>/dev/null;
      fi;
      say "folder $(flat "$out")";
      say "system $(uname -s)";
      say "machine $(uname -m)";
      say "cores $(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null)";
      say "flags $(grep -m1 '^flags' /proc/cpuinfo 2>/dev/null)";
      say "memory $(grep '^MemAvailable' /proc/meminfo 2>/dev/null)";
      say "disk $(flat "$(LC_ALL=C df -Pk "$folder" 2>/dev/null | tail -n 1)")";
      say "glibc $(getconf GNU_LIBC_VERSION 2>/dev/null)";
      say "done";
      """#)

  /// What is sent to `RemoteScript.bootstrap` on the host's standard input.
  ///
  /// Throws `configuration` when the work folder's name cannot be used.
  package static func request(for host: HostSpec) throws(LinkFailure) -> [UInt8] {
    let folder = try WorkFolderName.checked(host)
    return RemoteScript.request(script, inputs: [folder, randomName()])
  }
}

/// Sixteen random hexadecimal digits, for names of temporary files that no one else picks.
package func randomName() -> String {
  let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// The seconds since 1970 by this machine's clock.
package func wallClockSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_REALTIME, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// A host's answers to the examination, with the times that bound its clock's skew.
package struct ExaminationTranscript: Sendable {
  /// The answers: what was asked (`machine`) and what came (`x86_64`).
  package private(set) var answers: [String: String] = [:]
  /// When the request was sent, seconds since 1970 by our clock.
  package let sentSeconds: Double
  /// When the host's time arrived, seconds since 1970 by our clock.
  package private(set) var clockReceivedSeconds: Double?
  private var lines = RemoteLines()

  /// Starts a transcript at the moment when the request is sent.
  package init(sentSeconds: Double = wallClockSeconds()) {
    self.sentSeconds = sentSeconds
  }

  /// True when the script ran to its end.
  package var isComplete: Bool { answers["done"] != nil }

  /// True when the account prints so much that there is no use in reading on.
  package var isFlooded: Bool { lines.isFlooded }

  /// Adds output that arrived at `receivedSeconds` by our clock.
  package mutating func append(
    _ bytes: ArraySlice<UInt8>, receivedSeconds: Double = wallClockSeconds()
  ) {
    var next = lines.next(bytes)
    while let line = next {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if name == "clock", clockReceivedSeconds == nil { clockReceivedSeconds = receivedSeconds }
      answers[name] = parts.count > 1 ? String(parts[1]) : ""
      next = lines.next()
    }
  }
}
