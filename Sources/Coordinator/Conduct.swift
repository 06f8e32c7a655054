import Basics
import SweepModel
import Transport
import Wire

/// How the peer on one link behaves. What no worker of this project does ends the link, before it
/// costs the run jobs, a processor or the store's disk.
struct Conduct {
  /// Signs of life in a second that no worker sends.
  private static let mostSigns = 200
  /// Reports of how far jobs are, in a second, that no host has jobs for.
  private static let mostPositions = 50_000

  /// Reports of attempts that nobody gave it, on one link.
  private static let mostStrangers = 100

  private var hasGreeted = false
  private var strangers = 0
  private var isOccupied = false
  private var second = -1.0
  private var signs = 0
  private var positions = 0

  /// Takes in what came at a time, monotonic seconds; what is wrong with it, nil when nothing is.
  mutating func complaint(about report: Report, at now: Double) -> String? {
    if now.rounded(.down) != second {
      (second, signs, positions) = (now.rounded(.down), 0, 0)
    }
    switch report {
    case .hello:
      defer { hasGreeted = true }
      return hasGreeted ? "it greets again and again" : nil
    case .occupied:
      defer { isOccupied = true }
      return hasGreeted || isOccupied ? "it says again and again that it is occupied" : nil
    case .heartbeat:
      signs += 1
      return signs > Self.mostSigns ? "it floods the link with signs of life" : nil
    case .progress, .rows:
      positions += 1
      return positions > Self.mostPositions ? "it floods the link with positions" : nil
    case .checkpointPart(_, let part)
    where !part.isLast && part.bytes.count != CheckpointPart.largest:
      return "it cuts a checkpoint into pieces of \(part.bytes.count) bytes"
    case .log, .checkpoint, .checkpointPart, .checkpointKept, .checkpointTaken, .setUp, .outcome:
      return hasGreeted ? nil : "it speaks before it greets"
    }
  }
}

extension Conduct {
  /// Takes in a report of an attempt that the peer neither said it holds nor was given.
  mutating func complaintAboutStranger() -> String? {
    strangers += 1
    return strangers > Self.mostStrangers ? "it tells of attempts that nobody gave it" : nil
  }
}

/// Which logs of a host are kept: those of attempts that it was given, up to a size.
struct LogAllowance {
  /// What one host may log in a run, bytes.
  static let mostBytes = 256 << 20

  /// Attempts of other sweeps that the ledger knows and the host holds.
  var others: Set<AttemptID> = []
  private var bytes = 0
  /// The host has been told to be too loud.
  private(set) var isExhausted = false

  /// Takes in a text; false when it shall not be kept.
  mutating func admits(_ text: String) -> Bool {
    guard !isExhausted else { return false }
    bytes += text.utf8.count
    isExhausted = bytes > Self.mostBytes
    return !isExhausted
  }
}

extension Report {
  /// The attempt that it is about.
  var attempt: AttemptID? {
    switch self {
    case .progress(let attempt, _), .rows(let attempt, _), .log(let attempt, _),
      .checkpoint(let attempt, _), .checkpointPart(let attempt, _), .checkpointKept(let attempt),
      .setUp(let attempt, _),
      .checkpointTaken(let attempt, _), .outcome(let attempt, _):
      attempt
    case .hello, .heartbeat, .occupied: nil
    }
  }
}

extension FailureCause {
  /// What a host says, made safe to keep: a word that this version does not know is a short one.
  var shown: FailureCause {
    guard case .other(let word) = self else { return self }
    let short = String(printable(word).prefix(64))
    return short.isEmpty ? .jobFailed : FailureCause(rawValue: short)
  }
}

extension Provenance {
  /// What a host says of itself, made safe for a terminal and for tables.
  var shown: Provenance {
    var copy = self
    copy.hostname = printable(hostname)
    copy.processor = printable(processor)
    copy.instructionSet = printable(instructionSet)
    copy.version = printable(version)
    copy.origin = Provenance.here
    return copy
  }
}
