import ArgumentParser
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

/// Jobs by the words that name them: the same rule in every command.
struct JobWords {
  /// The sweep whose numbers are meant.
  let sweep: String
  /// Its jobs in order.
  let jobs: [JobRecord]
  let reader: StoreReader

  /// The jobs in the sweep's order, each once, then those of other sweeps.
  func records(_ words: [String]) throws -> [JobRecord] {
    var chosen: Set<JobKey> = []
    var others: [JobRecord] = []
    for word in words {
      if word == "all" {
        chosen.formUnion(jobs.map(\.job.key))
      } else if let numbers = Self.numbers(word, below: jobs.count) {
        chosen.formUnion(numbers.map { jobs[$0].job.key })
      } else {
        guard !Self.looksLikeNumbers(word) else {
          throw CommandError(
            "\(word): the sweep \(sweep) has jobs 0 to \(jobs.count - 1)",
            remedy: "`quanta jobs \(sweep)` lists them; a key needs its first 6 digits or more")
        }
        let record = try Self.job(word, reader)
        if !jobs.contains(where: { $0.job.key == record.job.key }) { others.append(record) }
        chosen.insert(record.job.key)
      }
    }
    return jobs.filter { chosen.contains($0.job.key) } + others
  }

  /// The job whose key begins so. A sweep's name is a likely slip where a job is asked for.
  static func job(_ word: String, _ reader: StoreReader) throws -> JobRecord {
    do throws(StoreError) {
      return try reader.job(word)
    } catch {
      guard error.code == .unknownJob else { throw error }
      guard let sweep = try? SweepArgument.name(word, in: reader) else {
        let known = try reader.sweeps().map(\.name)
        throw try UnknownSweep(word, at: reader.layout.directory, known: known).error ?? error
      }
      throw CommandError(
        "\(word) is a sweep, and a job is asked for",
        remedy: "name jobs of it by their numbers, such as `0 --sweep \(sweep)`, where many may be "
          + "named `all --sweep \(sweep)`; `quanta jobs \(sweep)` lists them")
    }
  }

  /// True for what a person means as numbers. Short numbers beyond the sweep's end must not be taken
  /// for the first digits of some key: a wrong job would be cancelled.
  static func looksLikeNumbers(_ word: String) -> Bool {
    let isList = word.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "," || $0 == "-") }
    return isList && (word.count < 6 || word.contains(",") || word.contains("-"))
  }

  /// `1,3,5-8` as numbers; nil when it is no such list or names a job that the sweep lacks.
  static func numbers(_ word: String, below count: Int) -> [Int]? {
    var numbers: [Int] = []
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
        first <= last, last < count
      else { return nil }
      numbers += first...last
    }
    return numbers
  }
}
