import Basics
import SweepModel
import WorkFolder

/// The talk with a host's shell before the worker has the pipe: pure, bytes in, orders out.
///
/// It sends the script and its inputs, ships the binary and data sets that the host asks for, and ends
/// with the worker attached or with the host's reason why not. A place that shares our files starts
/// the program where it lies, and links data sets, or copies them from another disk. Whatever the account prints besides is
/// ignored.
struct ShipDialog {
  /// What the host wants next.
  enum Order: Equatable {
    /// The content of a file, then silence.
    case send(DataFile)
    /// From here on the bytes are the worker's; the first of them are given.
    case attached([UInt8])
    /// It cannot be done.
    case fail(LinkFailure)
  }

  /// What is sent first.
  let request: [UInt8]
  let host: HostSpec
  private let binary: WorkerBinary
  /// What the host may ask for, by number.
  private let files: [DataFile]
  private var lines = RemoteLines()

  /// Prepares the talk; throws `configuration` when the work folder's name or a hash cannot be used.
  init(
    host: HostSpec, binary: WorkerBinary, data: [DataFile] = [], session: String,
    at place: WorkerPlace
  ) throws(LinkFailure) {
    let folder = try WorkFolderName.checked(host)
    let program = DataFile(path: binary.path, hash: binary.hash, sizeBytes: binary.sizeBytes)
    files = [program] + data
    let areHashes = files.allSatisfy { file in
      file.hash.utf8.count == 64
        && file.hash.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
    guard areHashes, !binary.architecture.contains("\n") else {
      throw LinkFailure(
        .configuration,
        "\(host.name): the hash of the worker or a data set is no SHA-256 in hexadecimal",
        remedy: "build quanta-worker again")
    }
    self.host = host
    self.binary = binary
    request = RemoteScript.request(
      ShipDialog.script,
      inputs: [
        folder, binary.hash, String(binary.sizeBytes), randomName(), binary.architecture, session,
        host.nice.map { String($0) } ?? "", place.path(of: binary.path), place.pilot,
        place.verb.rawValue,
        String(data.count),
      ] + data.flatMap { [$0.hash, String($0.sizeBytes), place.path(of: $0.path)] })
  }

  /// Takes bytes of the host; returns the order that they complete, if any. Call it again with no
  /// bytes until it returns nil.
  mutating func receive(_ bytes: ArraySlice<UInt8> = []) -> Order? {
    var next = lines.next(bytes)
    while let line = next {
      if line.hasPrefix("SEND "), let number = Int(line.dropFirst("SEND ".count)),
        files.indices.contains(number)
      {
        return .send(files[number])
      }
      if line == "ATTACH 1" { return .attached(lines.takeRest()) }
      if line.hasPrefix("FAIL ") { return .fail(failure(line.dropFirst("FAIL ".count))) }
      next = lines.next()
    }
    guard lines.isFlooded else { return nil }
    return .fail(
      LinkFailure(
        .worker, "\(host.name): the account prints without end instead of running a command",
        remedy: "look at the login shell and its start-up files on the host"))
  }

  private func failure(_ text: Substring) -> LinkFailure {
    let parts = text.split(separator: " ", maxSplits: 1)
    let code = parts.first.flatMap { LinkFailure.Code(rawValue: String($0)) } ?? .worker
    let reason = parts.count > 1 ? printable(String(parts[1])) : "no reason given"
    switch code {
    case .workFolder, .noSpace:
      return WorkFolderName.failure(host, reason: reason, isFull: code == .noSpace)
    case .wrongArchitecture:
      return LinkFailure(
        .wrongArchitecture,
        "\(host.name): the host is \(reason), but the worker is for Linux \(binary.architecture)",
        remedy: "take the host out of the cluster file, or build quanta-worker for it")
    default:
      return LinkFailure(
        code, "\(host.name): the worker could not be brought there: \(reason)",
        remedy: "run `quanta workers check`; it is tried again")
    }
  }

  /// The last of what the account printed besides, on one line.
  var words: String { lines.words }

  /// Bytes that the host may have to hash before it says a word.
  var sizeBytes: Int { files.reduce(0) { $0 + $1.sizeBytes } }

  /// The script on one line. It looks before it ships: where nothing is missing, a worker is found
  /// even when the disk is full or read-only, so that its results can be fetched. What is there is
  /// touched: it is in use.
  ///
  /// The program is started by the descriptor through which it was hashed: nothing can take its
  /// place between the two.
  static let script = RemoteScript.flattened(
    [RemoteScript.prelude, RemoteScript.folders, RemoteScript.files, shipping]
      .joined(separator: "\n"))

  private static let shipping = #"""
    IFS= read -r folder; IFS= read -r hash; IFS= read -r size; IFS= read -r nonce;
    IFS= read -r arch; IFS= read -r session; IFS= read -r nice; IFS= read -r program;
    IFS= read -r pilot; IFS= read -r verb; IFS= read -r count;
    set --;
    while [ "$count" -gt 0 ]; do
      IFS= read -r h; IFS= read -r s; IFS= read -r p; set -- "$@" "$h" "$s" "$p"; count=$((count - 1));
    done;
    [ "$(uname -s) $(uname -m)" = "Linux $arch" ] ||
      fail wrongArchitecture "$(uname -s) $(uname -m)";
    expand;
    locate;
    enter;
    bring() {
      wanted=$1/$2;
      if [ -n "$7" ] && [ ! -h "$wanted" ] && [ "$wanted" -ef "$7" ] 2>/dev/null; then
        touch -c "$wanted" 2>/dev/null; return 0;
      fi;
      if hold "$wanted" "$3"; then
        case $6$mode in
          600*|700???x*) touch -c "$wanted" 2>/dev/null; return 0;;
        esac;
      fi;
      part "$1";
      if [ -h "$wanted" ] || { [ -e "$wanted" ] && [ ! -f "$wanted" ]; }; then
        fail workFolder "\#(FolderTrouble.notFile("$folder/$wanted"))";
      fi;
      temporary=$wanted.$nonce.part;
      trap 'rm -f "$temporary"' EXIT; trap 'exit 1' HUP INT TERM PIPE;
      if [ -z "$7" ]; then receive "$temporary" "$4" "$3" "$5"; chmod "$6" "$temporary";
      elif ! ln "$7" "$temporary" 2>/dev/null; then
        out=$({ LC_ALL=C cat "$7" > "$temporary"; } 2>&1) || trouble "$7: ${out##*: }";
        hold "$temporary" "$3" || fail worker "it arrived damaged";
      fi;
      out=$(mv -f "$temporary" "$wanted" 2>&1) || trouble "$out";
      touch -c "$wanted" 2>/dev/null;
      trap - EXIT HUP INT TERM PIPE;
    };
    if [ -n "$program" ]; then
      exe=$program;
      [ -w . ] || {
        out=$(LC_ALL=C mkdir "\#(WorkFolder.probePrefix)$nonce" 2>&1);
        trouble "$folder: ${out##*: }";
      };
    else
      bring bin "quanta-worker-$hash" "$hash" "$size" 0 700 "";
      ready "$folder";
    fi;
    number=0;
    while [ $# -gt 0 ]; do
      number=$((number + 1));
      bring data "$1" "$1" "$2" $number 600 "$3";
      shift 3;
    done;
    say "ATTACH 1";
    exec "$exe" "$verb" --folder "$folder" --session "$session" --hash "$hash" ${nice:+--nice "$nice"} ${pilot:+--pilot "$pilot"} 3<&-;
    """#
}
