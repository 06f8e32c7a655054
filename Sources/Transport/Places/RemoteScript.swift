import WorkFolder

/// Scripts for the POSIX shell of a host: constants, sent as data and fed with data.
///
/// The only command that a host's login shell ever sees is ``WorkerPlace/command``. It reads one line, the
/// script, and runs it; the script reads its inputs, one a line, with `read -r`: nothing that a user
/// wrote is ever parsed by a shell.
enum RemoteScript {
  /// What `sh -c` runs: it says that it is there, reads the script's line and runs it.
  static let bootstrap = #"echo; echo QUANTA-SHELL; IFS= read -r q && eval "$q""#
  /// Every line for the coordinator starts with it; whatever else an account prints is noise.
  static let marker = "QUANTA-"

  /// One line of a script: its lines joined by spaces, so each must end as sh wants it (`;`,
  /// `then`, `{` …) and none may hold a comment.
  static func flattened(_ script: String) -> String {
    script.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
  }

  /// What is sent first: the script's line, then a line for each input.
  ///
  /// No input may hold a line end; `WorkFolderName.checked` sees to the only one that could.
  static func request(_ flatScript: String, inputs: [String]) -> [UInt8] {
    Array(([flatScript] + inputs).map { $0 + "\n" }.joined().utf8)
  }

  /// Functions that every script starts with: `say` prints a line for the coordinator (on a line
  /// of its own whatever the account printed before), `fail` says why and ends, `trouble` tells a
  /// full disk (of bytes or of inodes) from other faults of a folder, `expand` resolves `~/` and relative
  /// folders, `cause` makes `PATH: REASON` of what mkdir says.
  ///
  /// Start-up files may have emptied PATH; what every system has is looked up nonetheless.
  static let prelude = #"""
    PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin;
    umask 077;
    me=$(id -u);
    say() { printf '\nQUANTA-%s\n' "$1"; };
    flat() { printf '%s' "$1" | tr '\n' ' '; };
    fail() { say "FAIL $1 $(flat "$2")"; exit 1; };
    inodes() {
      d=$folder; while [ ! -d "$d" ]; do d=${d%/*}; d=${d:-/}; done;
      case $(LC_ALL=C df -Pi "$d" 2>/dev/null | tail -n 1) in
        *" 0 "*"100% "*) printf '%s' "\#(FolderTrouble.noInodes)";;
      esac;
    };
    trouble() {
      case $1 in
        *"No space left"*|*"uota exceeded"*) fail noSpace "$1$(inodes)";;
        *) fail workFolder "$1";;
      esac;
    };
    cause() {
      case $1 in
        *"'"*"'"*) p=${1#*"'"}; printf '%s' "${p%"'"*}: ${1##*: }";;
        *) printf '%s' "$1";;
      esac;
    };
    expand() {
      case $folder in
        /*) :;;
        *)
          [ -n "$HOME" ] || fail workFolder "\#(FolderTrouble.noHome("$folder"))";
          case $folder in
            "~") folder=$HOME;;
            "~/"*) folder=$HOME/${folder#"~/"};;
            *) folder=$HOME/$folder;;
          esac;;
      esac;
      while :; do
        case $folder in
          ?*/) folder=${folder%/};;
          ?*/.) folder=${folder%/.};;
          *) break;;
        esac;
      done;
    };
    """#
}

/// Cuts a host's output into the lines that are meant for the coordinator.
///
/// Noise before, between and after is dropped. Bytes after a line that the owner names as the
/// last one are kept apart: they are the worker's.
struct RemoteLines: Sendable {
  /// More than this, ours and noise, means that something else is talking, bytes.
  static let noiseLimit = 1 << 20
  private static let markerBytes = Array(RemoteScript.marker.utf8)

  private let noiseLimit: Int
  private var partial: [UInt8] = []
  /// How much of it is known to hold no line's end.
  private var searched = 0
  private var noise = 0
  private var printed = Tail(limit: 400)

  /// True when far too much came.
  var isFlooded: Bool { noise > noiseLimit }

  /// Cuts what is meant to be no longer than that, bytes.
  init(noiseLimit: Int = RemoteLines.noiseLimit) { self.noiseLimit = noiseLimit }

  /// The last of what the account printed besides, on one line; empty when it printed nothing.
  var words: String {
    var all = printed
    if !partial.starts(with: RemoteLines.markerBytes) { all.append(partial) }
    return all.text
  }

  /// Adds bytes; returns the next complete line without its marker, nil when none is complete.
  /// Call it with no bytes until it returns nil.
  mutating func next(_ bytes: ArraySlice<UInt8> = []) -> String? {
    partial.append(contentsOf: bytes)
    while let end = partial[searched...].firstIndex(of: UInt8(ascii: "\n")) {
      searched = 0
      let line = partial[..<end]
      noise += line.count + 1
      defer { partial.removeFirst(end + 1) }
      if line.starts(with: RemoteLines.markerBytes) {
        let text = line.dropFirst(RemoteLines.markerBytes.count)
        return String(decoding: text, as: UTF8.self)
      }
      printed.append(partial[...end])
    }
    searched = partial.count
    if partial.count > noiseLimit {
      noise += partial.count
      (partial, searched) = ([], 0)
    }
    return nil
  }

  /// Takes the bytes after the last line that `next` returned.
  mutating func takeRest() -> [UInt8] {
    defer { (partial, searched) = ([], 0) }
    return partial
  }
}
