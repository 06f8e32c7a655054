import ArgumentParser
import Store
import SweepModel

/// Which jobs a command is about.
struct JobSelection: ParsableArguments {
  @Argument(
    help: "Jobs: `all`, numbers of the sweep (1,3,5-8), or the first digits of keys.")
  var jobs: [String] = []
  @Option(name: .long, help: "The sweep whose numbers are meant; the last one when left out.")
  var sweep = "last"

  /// The jobs in the sweep's order, each once.
  func records(in reader: StoreReader) throws -> [JobRecord] {
    let name = try SweepArgument.name(sweep, in: reader)
    let all = try reader.jobs(of: name)
    var chosen: Set<JobKey> = []
    var others: [JobRecord] = []
    for word in jobs {
      if word == "all" {
        chosen.formUnion(all.map(\.job.key))
      } else if let numbers = Self.numbers(word, below: all.count) {
        chosen.formUnion(numbers.map { all[$0].job.key })
      } else {
        guard !Self.looksLikeNumbers(word) else {
          throw CommandError(
            "\(word): the sweep \(name) has jobs 0 to \(all.count - 1)",
            remedy: "`quanta jobs \(name)` lists them; a key needs its first 6 digits or more")
        }
        let record = try reader.job(word)
        if !all.contains(where: { $0.job.key == record.job.key }) { others.append(record) }
        chosen.insert(record.job.key)
      }
    }
    return all.filter { chosen.contains($0.job.key) } + others
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
