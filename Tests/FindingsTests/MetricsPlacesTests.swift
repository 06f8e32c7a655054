import Findings
import Foundation
import Store
import SweepModel
import Testing

/// Where metrics were read, as it stands in a job's log.
@Suite struct MetricsPlacesTests {
  @Test func places_areThoseOfTheAttempt_fromTheEndOfItsLog() throws {
    let layout = StoreLayout(
      directory: NSTemporaryDirectory() + "quanta-places-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: layout.logs, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: layout.directory) }
    let key = try #require(JobKey(hex: String(repeating: "ab", count: 32)))
    let logs = LogStore(layout)
    let note = CommandSpec.metricsNote
    try logs.append(
      Array(
        (String(repeating: "printed\n", count: 100_000)
          + "\(note)found in a\u{1B}[31m.csv (CSV)\nnote: thinned\n\(note)read from b\n").utf8),
      of: key, attempt: 2)
    try logs.append(Array("nothing\n".utf8), of: key, attempt: 1)
    try logs.flush()
    func places(_ number: Int) -> [String] {
      MetricsPlaces.of(AttemptID(job: key, number: number, token: 1), in: LogReader(layout))
    }
    #expect(places(2) == ["found in a [31m.csv (CSV)", "read from b"])
    #expect(places(1).isEmpty && places(3).isEmpty)
  }
}
