import Findings
package import Store
package import SweepModel

/// Jobs by the words that name them: the same rule in every command.
package struct JobWords {
  private let sweep: String
  private let jobs: [JobRecord]
  private let reader: StoreReader

  /// - Parameters:
  ///   - sweep: The sweep whose numbers are meant.
  ///   - jobs: Its jobs in order.
  package init(sweep: String, jobs: [JobRecord], reader: StoreReader) {
    self.sweep = sweep
    self.jobs = jobs
    self.reader = reader
  }

  /// The jobs in the sweep's order, each once, then those of other sweeps.
  package func records(_ words: [String]) throws -> [JobRecord] {
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
  package static func job(_ word: String, _ reader: StoreReader) throws -> JobRecord {
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
  package static func looksLikeNumbers(_ word: String) -> Bool {
    let isList = word.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "," || $0 == "-") }
    return isList && (word.count < 6 || word.contains(",") || word.contains("-"))
  }

  /// `1,3,5-8` as numbers; nil when it is no such list or names a job that the sweep lacks.
  package static func numbers(_ word: String, below count: Int) -> [Int]? {
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
