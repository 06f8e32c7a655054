import Basics
import Store
package import SweepModel

/// Of which code the results of a sweep of programs are: edited code makes no other jobs unless the sweep's
/// file says so, and then results of several programs stand side by side.
package struct CodeVersions {
  /// The packed code's hash and the number of its results, the most first.
  private let counts: [(hash: String, results: Int)]

  /// Counts what is recorded.
  package init(_ records: [JobRecord]) {
    self.init(results: records.filter(\.hasResult).map(\.job))
  }

  /// Counts jobs that have a result.
  package init(results jobs: [Job]) {
    var counts: [String: Int] = [:]
    for hash in jobs.compactMap({ JobCode.hash(of: $0.parameters) }) {
      counts[hash, default: 0] += 1
    }
    self.counts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (hash: $0.key, results: $0.value) }
  }

  /// A sentence where there are several.
  package var note: String? {
    guard counts.count > 1 else { return nil }
    let parts = counts.prefix(4).map { "\($0.results) of \($0.hash.prefix(10))" }
    return
      "its results are of \(counts.count) versions of the code: \(parts.joined(separator: ", "))"
      + (counts.count > 4 ? ", …" : "")
  }

  /// A sentence where results are there that are not of the code that would run now.
  package func note(beside parameters: Parameters) -> String? {
    guard let hash = JobCode.hash(of: parameters) else { return nil }
    let others = counts.filter { $0.hash != hash }
    let count = others.reduce(0) { $0 + $1.results }
    guard count > 0 else { return nil }
    let names = others.prefix(3).map { "\($0.hash.prefix(10))" }.joined(separator: ", ")
    return
      "\(counted(count, "result")) \(count == 1 ? "is" : "are") of other code (\(names)) than what would "
      + "run now (\(hash.prefix(10))), and \(count == 1 ? "counts" : "count") as done: `identity: code` in the "
      + "sweep file has edited code make other jobs, `quanta store discard` forgets results"
  }
}

extension SweepResults {
  /// A sentence where results of several versions of the code stand side by side.
  package var codeNote: String? {
    CodeVersions(jobs).note.map { "\(record.name): \($0) (`quanta export` has it for each)" }
  }
}
