import Posix
public import SweepModel

/// One command on a host, for which no worker is needed: those of a batch system.
///
/// Nothing of it is parsed by a shell. What a batch system tells an allocation in which this process may run is
/// not meant for it, and is taken out of its environment.
public struct HostCommand: Hashable, Sendable {
  /// The program, looked up on the host, and its arguments; none holds an end of a line.
  public let arguments: [String]
  /// What it reads.
  public let input: String

  /// What came of it.
  public struct Answer: Hashable, Sendable {
    /// Its exit status; 127 where the host has no such program.
    public let status: Int
    /// What it printed, errors among it.
    public let output: String
    /// The work folder's whole path on the host.
    public let folder: String

    /// Creates an answer.
    public init(status: Int, output: String, folder: String = "") {
      self.status = status
      self.output = output
      self.folder = folder
    }
  }

  /// Creates a command.
  public init(_ arguments: [String], input: String = "") {
    self.arguments = arguments
    self.input = input
  }

  /// Forgets what batch systems told a job around, but not where they are.
  static let unset = forget + BatchVariables.all.map(unset).joined(separator: "\n")

  private static let forget = #"""
    forget() {
      for v in $(env | sed -n "s/^\($1[A-Za-z0-9_]*\)=.*/\1/p"); do
        case " $2 " in *" $v "*) ;; *) unset "$v";; esac;
      done;
    };

    """#

  private static func unset(_ system: BatchVariables) -> String {
    let kept = system.kept.joined(separator: " ")
    let calls = system.told.map { "forget \($0) \"\(kept)\"; " }.joined()
    return "[ -z \"$\(system.mark)\" ] || { \(calls)};"
  }

  /// Takes what is printed, and keeps nothing on the host of what has no end; the status is told apart from
  /// it.
  private static let bound =
    "| head -c \(mostOutput + 1) | tr '\\n' '\\037' | { out=$(cat); say \"output $out\" >&4; }"

  private static let question = #"""
    IFS= read -r folder; IFS= read -r size; IFS= read -r limit; IFS= read -r count;
    set --;
    while [ "$count" -gt 0 ]; do IFS= read -r a; set -- "$@" "$a"; count=$((count - 1)); done;
    fail() { say "trouble $1 $(flat "$2")"; say "done"; exit 0; };
    expand;
    locate;
    case $(command -v "$1") in
      /*)
        if timeout -k 1 9 true 2>/dev/null; then set -- timeout -k 5 "$limit" "$@";
        elif timeout 9 true 2>/dev/null; then set -- timeout "$limit" "$@"; fi;;
    esac;
    say "folder $folder";
    exec 4>&1;
    status=$({ head -c "$size" | { "$@" 2>&1 3>&- 4>&-; echo "$?" >&3; } \#(bound); } 3>&1);
    say "status $status";
    say "done";
    """#

  /// What tells of thousands of allocations, bytes.
  static let mostOutput = 64 << 20
  private static let defaultSeconds = 60

  static let script = RemoteScript.flattened(
    [RemoteScript.prelude, RemoteScript.folders, unset, question].joined(separator: "\n"))

  /// Nobody waits for it any more after so many seconds: the host ends it then.
  func request(
    for host: HostSpec, seconds: Int = defaultSeconds
  ) throws(LinkFailure) -> [UInt8] {
    let folder = try WorkFolderName.checked(host)
    guard !arguments.contains(where: { $0.contains("\n") }) else {
      throw LinkFailure(
        .configuration, "\(host.name): an argument of \(arguments.first ?? "") has several lines",
        remedy: "write it on one line")
    }
    return RemoteScript.request(
      Self.script,
      inputs: [folder, "\(input.utf8.count)", "\(seconds)", "\(arguments.count)"] + arguments)
      + Array(input.utf8)
  }
}

extension HostTransport {
  /// The login host of a batch system: its machines see nothing of this one, even where it is the same.
  public init(login host: HostSpec) {
    let mayAsk = host.access != .local && Terminal.isThere
    self.init(host, at: WorkerPlace(sharesFiles: false), mayAsk: mayAsk)
  }

  /// A pilot on a machine that a command on its login host reaches: `starter` begins there what follows it.
  public init(pilot: String, of host: HostSpec, by starter: [String]) {
    let command =
      ["/bin/sh", "-c", RemoteScript.flattened(HostCommand.unset) + #" exec "$@""#, "sh"] + starter
    self.init(host, at: WorkerPlace(by: command, sharesFiles: false, pilot: pilot), mayAsk: false)
  }

  /// What runs on a login host for all pilots of a pool: many streams in one. Pilots can dial it, or are
  /// reached through the work folder alone, which they share with it.
  public init(relay host: HostSpec, dialled: Bool) {
    let place = WorkerPlace(sharesFiles: false, verb: dialled ? .relay : .mail)
    self.init(host, at: place, mayAsk: host.access != .local && Terminal.isThere)
  }

  /// Runs a command on the host and waits for its end, at most about `timeoutSeconds`; call it from a
  /// thread of its own. Throws why it could not be run, with what to do.
  public func run(
    _ command: HostCommand, timeoutSeconds: Double
  ) throws(LinkFailure) -> HostCommand.Answer {
    let outbox = Outbox()
    // What has not ended when nobody waits any more would go on, and the next one beside it.
    let patience = Int(timeoutSeconds.rounded(.up)) + 5
    outbox.append(try command.request(for: host, seconds: patience))
    let channel = try connect(outbox, limit: Deadline(secondsFromNow: timeoutSeconds))
    let nothing = WorkerBinary(path: "", hash: "", architecture: "", sizeBytes: 0)
    let program = command.arguments.first ?? ""
    var pump = ExaminationPump(channel, host: host.name, outbox, nothing, command: program)
    let answers = try pump.run(timeoutSeconds: timeoutSeconds) {}.answers
    if answers["trouble"] != nil { _ = try HostAnswer(answers, host: host) }
    var output = (answers["output"] ?? "").split(
      separator: "\u{1F}", omittingEmptySubsequences: false)
    while output.last?.isEmpty == true { output.removeLast() }
    return HostCommand.Answer(
      status: answers["status"].flatMap { Int($0) } ?? -1,
      output: output.joined(separator: "\n"), folder: answers["folder"] ?? "")
  }
}
