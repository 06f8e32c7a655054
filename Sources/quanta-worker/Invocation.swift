import Posix

/// The command line, parsed without a library to keep the binary small.
struct Invocation {
  enum Verb: String {
    case attach
    case relay
    case mail
    case serve
    case slot
    case facts
    case survey
    case stop
    case trial
    case clean
    case version = "--version"
  }

  /// This program, whatever its file is called meanwhile.
  static let program = "/proc/self/exe"

  let verb: Verb
  /// The work folder on this host.
  let folder: String
  /// One worker serves one session: the identity of a coordinator's store.
  let session: String
  /// SHA-256 of this binary as the coordinator computed it.
  let hash: String
  /// How far this worker gives way to other processes, 0 to 19; nil leaves that as it is.
  let nice: Int?
  /// The session that is asked for by `facts`, whose own session is but a name; nil where there is
  /// no store.
  let besides: String?
  /// The allocation of a batch system whose own process this worker is, such as `17_3.0`; nil elsewhere.
  let pilot: String?
  /// When that is over, seconds since 1970; nil where nobody said.
  let endsAt: Int?
  /// Not of one session alone: `--scope all`, or `all-settled`.
  let isForAll: Bool
  /// No job of the session's store waits for a result: `--scope own-settled`, or `all-settled`.
  let isSettled: Bool

  init(_ arguments: [String]) throws(PosixError) {
    guard arguments.count > 1, let verb = Verb(rawValue: arguments[1]) else {
      throw PosixError(
        "usage: quanta-worker attach --folder DIR --session ID --hash SHA256 "
          + "[--nice N] | --version")
    }
    var options: [String: String] = [:]
    var index = 2
    while index < arguments.count {
      let name = arguments[index]
      guard Self.options.contains(name), index + 1 < arguments.count else {
        throw PosixError("unexpected argument \(name)")
      }
      options[name] = arguments[index + 1]
      index += 2
    }
    self.verb = verb
    folder = options["--folder"] ?? ""
    session = options["--session"] ?? ""
    hash = options["--hash"] ?? ""
    besides = options["--besides"]
    let scope = (options["--scope"] ?? "").split(separator: "-")
    isForAll = scope.first == "all"
    isSettled = scope.last == "settled"
    pilot = options["--pilot"]
    endsAt = options["--ends"].flatMap { Int($0) }
    nice = options["--nice"].flatMap { Int($0) }
    if let text = options["--nice"], !(nice.map((0...19).contains) ?? false) {
      throw PosixError("--nice takes a number from 0 to 19, not \(text)")
    }
    guard pilot.map(OwnName.isPilot) ?? true else {
      throw PosixError("--pilot takes the name of an allocation, such as 17_3.0")
    }
    guard verb == .version || (!folder.isEmpty && Self.isPlainName(session)) else {
      throw PosixError("\(verb.rawValue) needs --folder, and --session of letters and digits")
    }
  }

  private static let options = [
    "--folder", "--session", "--hash", "--nice", "--scope", "--besides", "--pilot", "--ends",
  ]

  private static func isPlainName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
  }

  /// The arguments with which this binary starts another of its verbs.
  func arguments(for verb: Verb) -> [String] {
    [
      "quanta-worker", verb.rawValue, "--folder", folder, "--session", session, "--hash", hash,
    ] + (nice.map { ["--nice", String($0)] } ?? []) + (pilot.map { ["--pilot", $0] } ?? [])
  }
}
