import Basics
import SweepModel

/// Turns a host's answers into checks; pure.
struct HostFindings {
  static let gibibyte = Double(1 << 30)

  let answers: [String: String]
  private let transcript: ExaminationTranscript

  /// Reads a transcript.
  init(_ transcript: ExaminationTranscript) {
    self.transcript = transcript
    answers = transcript.answers
  }

  /// The machine and work folder that the worker found itself in; nil when it did not run.
  var place: String? { answers["place"] }

  /// The machine that the worker found itself on; nil when it did not run.
  var identity: String? { answers["identity"] }

  /// The checks from the work folder on, in order; the first failure is the last.
  ///
  /// `isStatic` says whether the worker needs no C library; nil looks at the file.
  func checks(
    host: HostSpec, binary: WorkerBinary, isStatic: Bool? = nil
  ) -> [HostReport.Check] {
    let isStatic = isStatic ?? !ElfHeader.needsInterpreter(path: binary.path)
    let all =
      [workFolder(host), processor(binary)] + worker(isStatic: isStatic)
      + [
        cores(host), instructionSet(), memory(), disk(host, binary), clock(),
        glibc(isStatic: isStatic),
      ] + limits(host)
    let firstFailure = all.firstIndex { $0.status == .failure }
    return Array(all[...(firstFailure ?? all.count - 1)])
  }

  /// What the shell could not do, or the worker would refuse: its kind and the reason.
  private var trouble: (code: LinkFailure.Code, reason: String)? {
    if let refusal = answers["refusal"] { return (.workFolder, printable(refusal)) }
    guard let text = answers["trouble"] else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1)
    let code = parts.first.flatMap { LinkFailure.Code(rawValue: String($0)) } ?? .worker
    return (code, printable(parts.count > 1 ? String(parts[1]) : "no reason given"))
  }

  private func workFolder(_ host: HostSpec) -> HostReport.Check {
    if let trouble, trouble.code == .workFolder || trouble.code == .noSpace {
      let failure = WorkFolderName.failure(
        host, reason: trouble.reason, isFull: trouble.code == .noSpace)
      return .init(
        "work folder", .failure, "\(host.workFolder): \(trouble.reason)", remedy: failure.remedy)
    }
    guard let folder = answers["folder"] else {
      return .init(
        "work folder", .failure, "\(host.workFolder): no answer",
        remedy: "run it again; look for a full disk or a host under heavy load")
    }
    let detail =
      answers["inside"] == nil
      ? "\(host.workFolder) is writable"
      : "\(printable(folder)) is writable (\(host.workFolder) is not Quanta's own)"
    return .init("work folder", .ok, detail)
  }

  /// Only what keeps the worker from running there; nothing when it ran.
  private func worker(isStatic: Bool) -> [HostReport.Check] {
    if let trouble, trouble.code != .workFolder, trouble.code != .noSpace {
      return [
        .init(
          "worker", .failure, "it could not be brought there: \(trouble.reason)",
          remedy: trouble.reason.hasPrefix("ulimit")
            ? "have the limit raised there (/etc/security/limits.conf, start-up files)"
            : "run it again; install coreutils (sha256sum) there if that is missing")
      ]
    }
    let answer = (answers["facts"] ?? "no answer").split(separator: " ", maxSplits: 1)
    guard answer.first != "0" else { return [] }
    let said = answer.count > 1 ? printable(String(answer[1])) : "it said nothing"
    return [
      .init(
        "worker", .failure, "it does not run there (exit status \(answer.first ?? "")): \(said)",
        remedy: isStatic
          ? "look for limits of the account (ulimit -a) and for a kernel older than 4.5"
          : "build quanta-worker with -static-executable (scripts/build)")
    ]
  }

  private func processor(_ binary: WorkerBinary) -> HostReport.Check {
    let found = printable("\(answers["system"] ?? "") \(answers["machine"] ?? "")")
    if found == "Linux \(binary.architecture)" { return .init("processor", .ok, found) }
    return .init(
      "processor", .failure, "\(found), but the worker is for Linux \(binary.architecture)",
      remedy: "take the host out of the cluster file, or build quanta-worker for it")
  }

  private func cores(_ host: HostSpec) -> HostReport.Check {
    let (text, reason) = limit("cores")
    guard let count = Int(text), count > 0 else {
      return .init(
        "cores", .warning, "unknown", remedy: "set the host's cores in the cluster file")
    }
    let found = counted(count, "core") + (reason.isEmpty ? "" : ": \(reason)")
    guard let wanted = host.cores, wanted > count else { return .init("cores", .ok, found) }
    return .init(
      "cores", .warning, "\(found); the cluster file gives it \(wanted)",
      remedy: "jobs will share cores: lower `cores` of this host unless that is meant")
  }

  /// A number that the worker tells, and why it is less than the machine's.
  func limit(_ name: String) -> (number: Substring, reason: String) {
    let parts = (answers[name] ?? "").split(separator: " ", maxSplits: 1)
    return (parts.first ?? "", parts.count > 1 ? printable(String(parts[1])) : "")
  }

  private func instructionSet() -> HostReport.Check {
    .init("instruction set", .ok, printable(answers["instructions"] ?? "unknown"))
  }

  private func memory() -> HostReport.Check {
    let (text, reason) = limit("memory")
    guard let bytes = Double(text), bytes > 0 else {
      return .init(
        "memory", .warning, "unknown", remedy: "set the host's memory in the cluster file")
    }
    return .init(
      "memory", .ok, HostFindings.size(bytes) + (reason.isEmpty ? "" : ": \(reason)"))
  }

  private func disk(_ host: HostSpec, _ binary: WorkerBinary) -> HostReport.Check {
    guard let free = free("disk").map({ $0 * 1024 }) else {
      return .init("disk", .warning, "free space unknown", remedy: "look at `df` on the host")
    }
    let detail = "\(HostFindings.size(free)) free in \(host.workFolder)"
    let remedy = WorkFolderName.moreRoom(host)
    let needed = Double(binary.sizeBytes) * 3
    if free < needed {
      let needs = HostFindings.size(needed)
      return .init("disk", .failure, "\(detail); the worker needs \(needs)", remedy: remedy)
    }
    if let inodes = inodes(host) { return inodes }
    return free < HostFindings.gibibyte
      ? .init("disk", .warning, "\(detail); checkpoints may not fit", remedy: remedy)
      : .init("disk", .ok, detail)
  }

  /// What a line of `df -P` says to be free: the number before the percentage, wherever names with
  /// spaces have pushed it.
  func free(_ name: String) -> Double? {
    let words = (answers[name] ?? "").split(separator: " ")
    for (free, share) in zip(words, words.dropFirst())
    where share.hasSuffix("%") && Int(share.dropLast()) != nil {
      return Double(free)
    }
    return nil
  }

  private func clock() -> HostReport.Check {
    guard let received = transcript.clockReceivedSeconds, let host = hostSeconds else {
      return .init("clock", .warning, "unknown", remedy: "look at `date` on the host")
    }
    // The host read its clock somewhere between our two readings.
    let bound = max(0, received - transcript.sentSeconds) / 2 + hostResolutionSeconds
    let skew = host - (received + transcript.sentSeconds) / 2
    let detail =
      "\(skew < 0 ? "behind" : "ahead") by \(HostFindings.tenths(abs(skew))) s "
      + "(± \(HostFindings.tenths(bound)) s)"
    guard abs(skew) - bound > 2 else { return .init("clock", .ok, detail) }
    return .init(
      "clock", .warning, detail,
      remedy: "start a time service (chrony, systemd-timesyncd); leases do not depend on it")
  }

  private var hostSeconds: Double? { Double(clockText) }

  /// Only seconds where `date` knows no fractions (it then prints `.N` or nothing).
  private var hostResolutionSeconds: Double { clockText.contains(".") ? 0 : 1 }

  private var clockText: Substring {
    let text = (answers["clock"] ?? "")[...]
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, !parts[1].allSatisfy(\.isNumber) else { return text }
    return parts[0]
  }

  private func glibc(isStatic: Bool) -> HostReport.Check {
    if isStatic { return .init("glibc", .ok, "none needed: the worker is static") }
    let version = printable(answers["glibc"] ?? "")
    if !version.isEmpty { return .init("glibc", .ok, version) }
    return .init(
      "glibc", .warning, "none found, but the worker needs one",
      remedy: "build quanta-worker with -static-executable")
  }

  /// A size for people, such as `12.3 GiB`.
  static func size(_ bytes: Double) -> String {
    let isLarge = bytes >= gibibyte
    return "\(tenths(bytes / (isLarge ? gibibyte : Double(1 << 20)))) \(isLarge ? "GiB" : "MiB")"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((min(value, 1e15) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
