import SweepModel
import Testing

@testable import SweepFiles

/// What sweep and cluster files count by name.
struct ResourceNameTests {
  private func hosts(_ text: String) throws -> [Amounts] {
    try ClusterFile.parse(text: text, origin: "cluster.yaml").hosts.map(\.limits)
  }

  @Test func hosts_ofAClusterFile_haveWhatTheySayAndTheDefaultsDo() throws {
    let text = """
      defaults: {gpu: 4, licence: 2, cores: 8}
      hosts: [{host: a, gpu: 0}, {host: b, licence: 1, cores: 2}, {local: true, gpu: 1}]
      """
    #expect(
      try hosts(text) == [
        Amounts(threads: 8, named: ["licence": 2]),
        Amounts(threads: 2, named: ["gpu": 4, "licence": 1]), Amounts(named: ["gpu": 1]),
      ])
  }

  @Test(arguments: [
    ("core: 3", "did you mean \"cores\"?"), ("slots: 3", "write cores"),
    ("gpu: 1.5", "\"gpu\" must be a whole number"), ("licence: one", "unknown key \"licence\""),
    ("gpu: -1", "\"gpu\" must be between 0 and 65536"),
  ])
  func host_withASlipOfAKey_isRefused(entry: String, words: String) {
    let error = #expect(throws: FileError.self) { try hosts("hosts: [{host: a, \(entry)}]") }
    #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(String(describing: error))")
  }
}
