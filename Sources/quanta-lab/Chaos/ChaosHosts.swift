import Foundation

/// The hosts of the lab as the sweep knows them: the files that name them, and their processes.
final class ChaosHosts {
  private let place: ChaosPlace
  /// Hosts that the cluster file lists twice, the second time by their address.
  var twice: Set<Int> = []
  /// Hosts whose name nobody knows.
  var nameless: Set<Int> = []

  init(_ place: ChaosPlace) { self.place = place }

  var numbers: ClosedRange<Int> { 1...place.hosts }

  /// Starts them and writes every file about them; false without a lab.
  func start() throws -> Bool {
    try FileManager.default.createDirectory(
      atPath: place.path("home"), withIntermediateDirectories: true)
    guard try place.lab(["up", "\(place.hosts)"]) == 0 else { return false }
    let keys = numbers.map { host in
      let key = place.text("lab/h\(host)/hostkey.pub").split(separator: " ").prefix(2)
      return "h\(host).lab \(key.joined(separator: " "))\n"
    }
    try place.write("lab/known_hosts", place.text("lab/known_hosts") + keys.joined())
    let names = numbers.map { "Host h\($0)\n  HostName h\($0).lab\n" }.joined()
    let config = place.text("lab/ssh_config")
    let common = config.range(of: "Host *").map { config[$0.lowerBound...] } ?? ""
    try place.write("ssh_config", names + common)
    try place.write("nsswitch.conf", "hosts: files\n")
    try place.write("sweep.yaml", place.isOfCommands ? Self.commands : Self.sweep)
    try writeNames()
    try writeCluster()
    return true
  }

  /// The names that the coordinator looks up, in place of /etc/hosts.
  func writeNames() throws {
    let known = numbers.filter { !nameless.contains($0) }
    try place.write("names", known.map { "\(address($0)) h\($0).lab\n" }.joined())
  }

  /// What it says counts from a coordinator's next start on.
  func writeCluster() throws {
    let lines = numbers.map { host in
      "  - {host: h\(host), cores: \(host == 1 ? 2 : 1)}\n"
        + (twice.contains(host)
          ? "  - {name: h\(host)-again, host: \(address(host)), cores: 1}\n" : "")
    }
    let defaults =
      "defaults: {config: \(place.path("ssh_config")), folder: ~/scratch/quanta}\nhosts:\n"
    try place.write("cluster.yaml", defaults + lines.joined())
  }

  private func address(_ host: Int) -> Substring {
    let lines = place.text("lab/h\(host)/sshd_config").split(separator: "\n")
    return lines.first { $0.hasPrefix("ListenAddress ") }?.dropFirst(14) ?? ""
  }

  /// Kills the largest of a host's worker processes of these kinds; false when it has none.
  func kill(_ kinds: [String], on host: Int) throws -> Bool {
    let list = try place.output(on: host, "ps", "-eo", "rss=,pid=,args=")
    guard let process = Self.largest(in: list, kinds) else { return false }
    _ = try place.output(on: host, "kill", "-9", "\(process)")
    return true
  }

  /// The process of most memory among a worker's, of the lines `rss pid arguments` of ps.
  static func largest(in list: String, _ kinds: [String]) -> Int? {
    list.split(separator: "\n").filter { line in
      kinds.contains { line.contains("quanta-worker \($0) ") }
    }.compactMap { line in
      let numbers = line.split(separator: " ").prefix(2).compactMap { Int($0) }
      return numbers.count == 2 ? (memory: numbers[0], process: numbers[1]) : nil
    }.max { $0.memory < $1.memory }?.process
  }

  /// The worker processes that a host has.
  func workers(on host: Int) throws -> [String] {
    try place.output(on: host, "ps", "-eo", "args=").split(separator: "\n").filter {
      $0.prefix { $0 != " " }.hasSuffix("quanta-worker")
    }.map(String.init)
  }

  /// The files of attempts that lie on a host: results that nobody collected, checkpoints, parts.
  func files(on host: Int) -> [String] {
    Self.regularFiles(in: place.path("lab/h\(host)/home/scratch/quanta")).filter(Self.isOfAttempt)
  }

  /// Whether a file in a worker's folder belongs to an attempt.
  static func isOfAttempt(_ path: String) -> Bool {
    let folders = path.split(separator: "/").dropLast()
    return folders.contains("spool") || folders.contains("checkpoints")
      || folders.contains("jobs") || path.hasSuffix(".part")
  }

  /// The regular files below a folder, as paths from there.
  static func regularFiles(in folder: String) -> [String] {
    let files = FileManager.default
    return (files.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
      let type = try? files.attributesOfItem(atPath: "\(folder)/\($0)")[.type]
      return type as? FileAttributeType == .typeRegular
    }
  }

  /// A sweep of jobs that are programs, which go on from what they have kept.
  static let commands = """
    name: chaos
    shell: true
    run: |
      kept="$QUANTA_CHECKPOINT_DIR/step"
      step=$(cat "$kept" 2>/dev/null || echo 0)
      while [ $step -lt 30 ]; do
        sleep 0.1
        step=$((step + 1))
        printf '{"step": %d, "loss": %d.%d}\\n' $step $(({width} - step)) {seed} >>"$QUANTA_METRICS"
        echo $step >"$kept.new" && mv "$kept.new" "$kept"
      done
      echo done
    metrics: loss
    grid: {width: [40, 50, 60], seed: [0]}
    retries: {max: 100, backoff: 0.2s}

    """

  /// A sweep of jobs that train.
  static let sweep = """
    name: chaos
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 10, bits: 12, subset: 2, batch: 64, steps: 200000, logEvery: 20000,
      regime: online}
    grid: {width: [9, 17, 25], seed: [0]}
    retries: {backoff: 0.2s}

    """
}
