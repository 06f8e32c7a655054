import Foundation
import Posix

/// The folder of a run of chaos, and the programs that work in it.
struct ChaosPlace {
  let folder: String
  let hosts: Int
  /// The sweep's jobs are programs.
  let isOfCommands: Bool
  /// The hosts are those that a Slurm lends.
  let isOfSlurm: Bool
  private let script: String
  private let quanta: String
  private let environment: [String: String]

  /// QUANTA and QUANTA_WORKER may name other programs than .build/bin's.
  init(folder: String, hosts: Int, isOfCommands: Bool, isOfSlurm: Bool = false) throws {
    (self.isOfCommands, self.isOfSlurm) = (isOfCommands, isOfSlurm)
    let ours = ProcessInfo.processInfo.environment
    script = try LabProgram.path(
      isOfSlurm ? "Tests/Lab/slurm" : "Tests/Lab/hosts", "chaos runs in the repository's folder")
    quanta = try LabProgram.path(ours["QUANTA"] ?? ".build/bin/quanta", "name it in QUANTA")
    let worker = try LabProgram.path(
      ours["QUANTA_WORKER"] ?? ".build/bin/quanta-worker", "name it in QUANTA_WORKER")
    self.folder = LabProgram.absolute(folder)
    self.hosts = hosts
    let own = [
      "LAB": self.folder + "/lab", "OWNER": "\(getpid())", "DISK": "64m",
      "HOME": self.folder + "/home", "QUANTA_WORKER": worker, "NO_COLOR": "1",
    ]
    // Where no login host says it.
    let slurm = [
      "SLURM_CONF": self.folder + "/lab/slurm.conf",
      "PATH": "\(self.folder)/lab/bin:\(ours["PATH"] ?? "")",
    ]
    environment = ours.merging(own) { $1 }.merging(isOfSlurm ? slurm : [:]) { $1 }
  }

  /// A file or folder in the folder.
  func path(_ name: String) -> String { "\(folder)/\(name)" }
  /// The store of the sweep.
  var store: String { path("store") }

  /// What is known of a file's content: nothing where it cannot be read.
  func text(_ name: String) -> String {
    (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
  }

  /// Writes a file in place: /etc/hosts of a coordinator is such a file itself, not its name.
  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  /// Runs a verb of the lab's script to its end, its words separated; what it prints is ours.
  @discardableResult
  func lab(_ words: [String]) throws -> Int32 {
    try Child(
      [script] + words, output: .standardOutput, errors: .standardError, environment: environment
    ).wait().code
  }

  /// Why this machine can have no hosts; nil where it can.
  func whyNoLab() throws -> String? {
    let answer = try Child.output(of: [script, "can"], environment: environment)
    return answer.code == 0 ? nil : answer.text.trimmingCharacters(in: .newlines)
  }

  /// What a program prints on a host.
  func output(on host: Int, _ arguments: String...) throws -> String {
    try Child.output(of: [script, "exec", "\(host)"] + arguments, environment: environment).text
  }

  /// What one of Slurm's programs prints, errors included.
  func output(ofSlurm arguments: [String]) throws -> String {
    // None that is broken for the coordinator.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try Child.output(
      of: arguments, environment: environment.merging(["PATH": path]) { $1 }
    ).text
  }

  /// What `quanta` prints, errors included.
  func output(ofQuanta arguments: [String]) throws -> String {
    try Child.output(of: [quanta] + arguments, environment: environment).text
  }

  /// Starts a run of the sweep on the hosts; its coordinator sees the names of this lab only.
  func coordinate(_ store: String, seeds: Int, log: String) throws -> Child {
    let run =
      run(store, seeds: seeds) + [
        "--cluster", path("cluster.yaml"), "--checkpoint-seconds", "1",
      ]
    guard !isOfSlurm else { return try start(run, log: log) }
    let names = """
      mount --bind "$1/names" /etc/hosts && mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf &&
      shift && exec "$@"
      """
    return try start(
      ["unshare", "-m", "--propagation", "private", "sh", "-c", names, "-", folder]
        + run + ["--skip-unusable"],
      log: log)
  }

  /// Starts a run of the sweep on local cores.
  func calm(_ store: String, seeds: Int, log: String) throws -> Child {
    try start(run(store, seeds: seeds) + ["--quiet"], log: log)
  }

  private func run(_ store: String, seeds: Int) -> [String] {
    [
      quanta, "run", path("sweep.yaml"), "--set", "seed=range(0,\(seeds))", "--store", path(store),
    ]
  }

  private func start(_ arguments: [String], log: String) throws -> Child {
    let log = try Descriptor(opening: path(log), O_WRONLY | O_CREAT | O_APPEND)
    return try Child(arguments, output: log, errors: log, environment: environment)
  }
}
