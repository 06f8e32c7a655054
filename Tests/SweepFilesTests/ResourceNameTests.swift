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

  @Test func gpus_byTheirTokens_areNamedAndCounted() throws {
    let text = """
      defaults: {gpu: [GPU-1, MIG-2]}
      hosts:
        - {host: a}
        - {host: b, gpu: [3, 0, 3, 0]}
        - {host: c, gpu: 1}
        - {host: d, gpu: 0}
        - {host: e, gpu: []}
      """
    let hosts = try ClusterFile.parse(text: text, origin: "cluster.yaml").hosts
    #expect(
      hosts.map { $0.tokens["gpu"] }
        == [["GPU-1", "MIG-2"], ["3", "0", "3", "0"], nil, nil, []])
    #expect(hosts.map { $0.limits["gpu"] } == [2, 4, 1, 0, 0])
    let found = Devices((0..<4).map { Device(token: "\($0)", vendor: .nvidia) })
    #expect(hosts.map { $0.capacity(Amounts(), found)["gpu"] } == [2, 4, 1, 0, 0])
  }

  @Test(arguments: ["[[0]]", "['a,b']", "['']", "[a b]"])
  func gpus_byWhatIsNoToken_areRefused(_ tokens: String) {
    let error = #expect(throws: FileError.self) {
      try hosts("hosts: [{host: a, gpu: \(tokens)}]")
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("\"gpu\" must list tokens of GPUs"))
  }

  @Test(arguments: [
    ("core: 3", "did you mean \"cores\"?"), ("slots: 3", "write cores"),
    ("timeout: 3", "stands in ~/.ssh/config (ConnectTimeout), a job's longest time under"),
    ("timeout: 3", "to count stands under resources: {timeout: 3}"),
    ("ConnectTimeout: 5", "~/.ssh/config"), ("ServerAliveInterval: 60", "~/.ssh/config"),
    ("retries: 3", "it belongs at the top level of a sweep file"),
    ("backoff: 3", "it belongs under retries of a sweep file"),
    ("mem: 64", "write memory, such as memory: 64GiB"), ("cpu: 4", "write cores"),
    ("identity_file: ~/.ssh/id", "write identity"), ("ssh_port: 22", "write port"),
    ("max: 3", "under retries"), ("resources: {a b: 1}", "\"a b\" is no name of a resource"),
    ("resources: {threads: 1}", "\"threads\" is no name of a resource"),
    ("gpu: 1, resources: {gpu: 2}", "\"gpu\" stands beside \"resources\" too"),
    ("resources: 4", "\"resources\" must be a mapping such as {gpu: 4, licence: 2}"),
    ("resources: {tpu: x}", "\"tpu\" must be a whole number"),
    ("gpu: 1.5", "\"gpu\" must be a whole number"), ("licence: one", "unknown key \"licence\""),
    ("gpu: -1", "\"gpu\" must be between 0 and 65536"),
  ])
  func host_withASlipOfAKey_isRefused(entry: String, words: String) {
    for text in ["hosts: [{host: a, \(entry)}]", "defaults: {\(entry)}\nhosts: [a]"] {
      let error = #expect(throws: FileError.self) { try hosts(text) }
      #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(String(describing: error))")
    }
  }

  private func needs(_ resources: String) throws -> Amounts {
    try parse(withHead("grid: {width: [1]}\nresources: \(resources)")).resources.amounts
  }

  @Test func jobs_takeWholeOnes_orAShareOfOne() throws {
    #expect(
      try needs("{gpu: 2, licence: 0.5}")
        == Amounts(named: ["gpu": 2, "licence": .init(thousandths: 500)]))
    for (text, thousandths) in [
      ("0.1", 100), ("0.25", 250), ("0.333", 333), ("5e-1", 500), ("1.0", 1000), ("0.0", 0),
      ("0.999", 999), ("0.001", 1),
    ] {
      #expect(try needs("{gpu: \(text)}")["gpu"].thousandths == thousandths)
    }
  }

  @Test(arguments: [
    ("1.5", "\"gpu\" must be a whole number, or a share between 0 and 1, found 1.5"),
    ("-0.5", "or a share between 0 and 1, found -0.5"), ("0.3333", "more than three digits"),
    ("0.0001", "write 0.333 for a third"), ("1e-400", "share between 0 and 1"),
    ("half", "\"gpu\" must be a whole number, found"), (".nan", "\"gpu\""), ("70000", "65536"),
    ("\"0.5\"", "remove the quotes"), ("65536.5", "a job has whole ones, or a part of one alone"),
  ])
  func share_thatNoJobCanHave_isRefusedWithItsPlace(text: String, words: String) {
    let error = #expect(throws: FileError.self) { try needs("{gpu: \(text)}") }
    let message = "\(error.map { "\($0)" } ?? "")"
    #expect(message.contains(words) && message.contains("sweep.yaml:5:18"), "\(message)")
  }

  /// Other names are counted as well, and a host has whole ones alone.
  @Test func shares_ofOtherNames_areThoseOfJobsAlone() throws {
    #expect(try needs("{licence: 0.25}")["licence"] == Amount(thousandths: 250))
    #expect(throws: FileError.self) { try needs("{licence: 1.25}") }
    #expect(throws: FileError.self) { try hosts("hosts: [{host: a, licence: 0.5}]") }
  }

  /// A word of one's own needs no more; under `resources:` there is no other meaning.
  @Test func host_withResources_hasThemUnderAnyName() throws {
    let text = """
      defaults: {resources: {timeout: 2, tpu: 8}}
      hosts:
        - {host: a, tpu: 4, licence: 1}
        - {host: b, resources: {timeout: 0, core: 3, jobs: 1}}
      """
    #expect(
      try hosts(text) == [
        Amounts(named: ["timeout": 2, "tpu": 4, "licence": 1]),
        Amounts(named: ["tpu": 8, "core": 3, "jobs": 1]),
      ])
  }
}
