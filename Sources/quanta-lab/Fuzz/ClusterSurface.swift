import SweepFiles
import SweepModel

/// Cluster files.
struct ClusterSurface: Surface {
  static let name = "cluster"
  static let share = 65

  private let mutator: Mutator
  private let scratch = ScratchFile("cluster.yaml")

  init(corpus: [[UInt8]]) {
    mutator = Mutator(
      corpus: corpus + [Array(Self.example.utf8)], words: YAMLWords.all + Self.words)
  }

  private static let example = """
    defaults: {user: kim, port: 22, folder: ~/q, identity: ~/.ssh/id}
    hosts:
      - local
      - 16/kim@node1:2222
      - {name: big, host: node3, cores: 4, memory: 2GiB, knownHosts: /tmp/k, config: ~/c}
      - "[::1]:22"
    """

  private static let words = [
    "hosts: ", "defaults: ", "local: true", "host: ", "name: ", "cores: ", "memory: 1GiB", "user: ",
    "[fe80::1%eth0]:22", "-oProxyCommand=x", "$(x)", "16/", "@", "::", "/", "node:99999",
    "resources: {licence: 1}",
  ]

  func input(_ random: inout Random) -> [UInt8] {
    random.oneIn(100) ? YAMLWords.bomb(&random) : mutator.input(&random)
  }

  func check(_ input: [UInt8]) throws {
    do {
      let hosts = try ClusterFile.read(path: scratch.holding(input)).hosts
      try require(!hosts.isEmpty, "a cluster without hosts")
      try require(Set(hosts.map(\.name)).count == hosts.count, "two hosts of one name")
    } catch let error as FileError {
      try YAMLWords.checkError(error, of: input)
    }
  }
}
