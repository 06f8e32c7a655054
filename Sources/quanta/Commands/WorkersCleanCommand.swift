import ArgumentParser
import Basics
import Findings
import Operations
import Store
import SweepModel
import Transport

struct WorkersCleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Removes what Quanta made on the hosts; says what and asks.",
    discussion: """
      Removed are worker programs of other versions, data sets, what was left half shipped, and \
      sessions without results or checkpoints, and what pilots of batch systems left that are over: what \
      they printed, mailboxes, parts; with --all checkpoints, this version's program and the \
      work folder itself as well, which is how to uninstall. What is not provably Quanta's stays, and \
      so do results that no run has fetched yet (`quanta resume` fetches them; where none of the store's jobs \
      waits for one they are late and go), whatever a running worker \
      uses (`quanta workers stop` ends workers), and a folder that holds anything else. Exit status 1 \
      when a host could not be asked.

      Examples:
        quanta workers clean --cluster cluster.yaml
        quanta workers clean --cluster cluster.yaml --all --yes
      """)

  @OptionGroup var round: HostRoundOptions
  @Flag(name: .long, help: "This version's program and the work folder itself, too.")
  var all = false
  @OptionGroup var consent: ConsentOptions

  func run() throws {
    let session = try round.session()
    let isSettled = try round.store.isSettled()
    let (trial, aliases) = try round.round().askEachOnce(
      HostCare(.trial, session: session, isForAll: all, isSettled: isSettled))
    for alias in aliases { Console.error(alias.sentence) }
    let plans = trial.compactMap { outcome in
      outcome.found.map { plan(outcome.host.name, $0, session) }
    }
    let removing = trial.filter { outcome in
      outcome.found.map { !$0.lines("freed").isEmpty } ?? false
    }
    let removes = !removing.isEmpty
    guard removes else {
      for line in plans.flatMap(\.self) { Console.error(line) }
      Console.error("nothing to remove")
      if HostRound.complain(trial) { throw ExitStatus.someFailed }
      return
    }
    try Question.confirm(
      (["to be removed for good:"] + plans.flatMap(\.self)).joined(separator: "\n"),
      agreed: consent.yes, remedy: ConsentOptions.remedy)
    let outcomes = try round.round().only(removing)
      .ask(HostCare(.clean, session: session, isForAll: all, isSettled: isSettled))
    for outcome in outcomes {
      guard case .success(let answer) = outcome.answer else { continue }
      report(outcome.host.name, answer, session)
    }
    let unasked = trial.filter { outcome in
      if case .failure = outcome.answer { true } else { false }
    }
    if HostRound.complain(outcomes + unasked) { throw ExitStatus.someFailed }
  }

  private func plan(_ host: String, _ answer: HostAnswer, _ session: String?) -> [String] {
    let parts = answer.lines("freed").map {
      $0["kind"] == "folder" ? "the folder \(answer.folder) itself" : Self.words($0)
    }
    return ["  \(host): \(parts.isEmpty ? "nothing" : parts.joined(separator: ", "))"]
      + stays(host, answer, session)
  }

  private func report(_ host: String, _ answer: HostAnswer, _ session: String?) {
    guard answer.exists else { return Console.print("\(host): no \(answer.folder)") }
    let bytes = answer.lines("freed").reduce(0) { $0 + $1.number("bytes") }
    let parts = answer.lines("freed").map(Self.words)
    Console.print(
      "\(host): \(describeBytes(bytes)) freed"
        + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"))
    for line in stays(host, answer, session) { Console.print(line) }
  }

  private static func words(_ line: HostAnswer.Line) -> String {
    let count = line.number("count")
    let what =
      switch line["kind"] {
      case "program": counted(count, "worker program")
      case "data": counted(count, "data set")
      case "setup": counted(count, "set-up")
      case "session": counted(count, "session")
      case "result": counted(count, "late result")
      case "pilot": counted(count, "left-over of pilots", plural: "left-overs of pilots")
      case "folder": "the folder itself"
      case "probe": counted(count, "left-over of a check", plural: "left-overs of checks")
      default: counted(count, "half shipped file")
      }
    return line["kind"] == "folder" || line["kind"] == "result"
      ? what : "\(what) of \(describeBytes(line.number("bytes")))"
  }

  /// The part of a pilot can be cleaned from the login host once its time is over.
  private static func remedyElsewhere(_ line: HostAnswer.Line) -> String {
    guard line.words["until"] != nil else { return "clean that host itself" }
    let until = describeLocalTime(Double(line.number("until")))
    return "a pilot's, whose allocation may still run; clean again after \(until)"
  }

  /// Of another store, no command of this one's options says how.
  private static func remedyOfResults(isOwn: Bool) -> String {
    isOwn
      ? "`quanta resume` does"
      : "resume does, with the --store that is meant, and where none of its jobs waits for one, workers "
        + "clean with that --store removes what is late"
  }

  /// `2 things that Quanta did not make: a.csv, b.csv`; an older worker names none.
  private static func foreign(_ line: HostAnswer.Line) -> String {
    let (count, names) = (line.number("count"), line.names("names"))
    let what = count == 0 ? "something" : counted(count, "thing")
    let more = count > names.count ? " and \(count - names.count) more" : ""
    return "\(what) that Quanta did not make"
      + (names.isEmpty ? "" : ": \(names.joined(separator: ", "))\(more)")
  }

  private func stays(_ host: String, _ answer: HostAnswer, _ session: String?) -> [String] {
    var told: Set<String> = []
    return answer.lines("stays").map { line in
      let store = line["id"] == session ? "this store" : "store \(line["id"].prefix(8))"
      let why =
        switch line["why"] {
        case "worker":
          "what the worker of \(store) uses: it runs"
            + (line.words["pid"].map { " (process \($0))" } ?? "")
            + "; end its run first, or `quanta workers stop` where none goes on"
        case "results":
          "\(counted(line.number("count"), "result")) of \(store), "
            + "\(describeBytes(line.number("bytes"))): no run has fetched "
            + "\(line.number("count") == 1 ? "it" : "them") yet; "
            + Self.remedyOfResults(isOwn: line["id"] == session)
        case "checkpoints":
          "the checkpoints of \(counted(line.number("count"), "job")) of \(store): `quanta resume` on "
            + "that store goes on from them; --all removes them"
        case "elsewhere":
          "the session of \(store) on \(line["host"]), which shares the folder, and the programs and "
            + "data sets that it may use: \(Self.remedyElsewhere(line))"
        case "pilots":
          "the program and the data sets of \(store): allocations that it has asked for may come; "
            + "`quanta workers stop` with that store calls them off"
        case "shipping":
          "\(counted(line.number("count"), "half shipped file")) younger than ten minutes: a run may "
            + "be bringing it; ask again later"
        case "folder":
          "the folder \(answer.folder), "
            + (line.number("count") == 0
              ? "for what stays in it"
              : "which holds \(Self.foreign(line))")
        case "unmarked":
          "\(answer.folder): it has no mark of Quanta's, so nothing in it is provably Quanta's"
        default: "the session of \(store), which holds \(Self.foreign(line))"
        }
      return "  \(host): stays: \(why)"
    }.filter { told.insert($0).inserted }
  }
}
