import ArgumentParser
import Findings
import Operations
import Store
import SweepModel

/// Which jobs a command is about.
struct JobSelection: ParsableArguments {
  @Argument(
    help: "Jobs: `all`, numbers of the sweep (1,3,5-8), or the first digits of keys.",
    completion: .jobs)
  var jobs: [String] = []
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only jobs that meet a condition, such as \"width>10\" (repeatable).",
      valueName: "condition"),
    transform: JobCondition.init(parsing:))
  var conditions: [JobCondition] = []
  @Option(
    name: .long, help: "The sweep whose numbers are meant; the last one when left out.",
    completion: .storedSweeps)
  var sweep = "last"

  /// The sweep or job that is named first; nil where the last sweep is meant.
  var named: String? { sweep == "last" ? jobs.first : sweep }

  /// Whether the command line chooses no job.
  var isEmpty: Bool { jobs.isEmpty && conditions.isEmpty }

  /// The jobs in the sweep's order, each once. Conditions without jobs are about all of the sweep.
  func records(in reader: StoreReader) throws -> [JobRecord] {
    guard !isEmpty else { return [] }
    let name = try SweepArgument.name(sweep, in: reader)
    let words = JobWords(sweep: name, jobs: try reader.jobs(of: name), reader: reader)
    let chosen = try words.records(jobs.isEmpty ? ["all"] : jobs)
    guard !conditions.isEmpty else { return chosen }
    var query = JobQuery(conditions)
    query.take(chosen)
    try query.finish(name)
    return query.found
  }
}

/// One job as commands take it: a number of the sweep, or the first digits of its key.
struct JobArgument: ParsableArguments {
  @Argument(
    help:
      "The job: the first digits of its key, or its number in the sweep; `quanta jobs` shows both.",
    completion: .jobs)
  var job: String
  @Option(
    name: .long, help: "The sweep whose numbers are meant; the last one when left out.",
    completion: .storedSweeps)
  var sweep = "last"

  /// The sweep or job that is named.
  var named: String { sweep == "last" ? job : sweep }

  /// The job.
  func record(in reader: StoreReader) throws -> JobRecord {
    guard JobWords.looksLikeNumbers(job) else { return try JobWords.job(job, reader) }
    let name = try SweepArgument.name(sweep, in: reader)
    let words = JobWords(sweep: name, jobs: try reader.jobs(of: name), reader: reader)
    let found = try words.records([job])
    guard let record = found.first, found.count == 1 else {
      throw CommandError("\(job) are \(found.count) jobs", remedy: "name one of them")
    }
    return record
  }
}
