import Foundation
public import Transport

/// Small scripts that stand in for `quanta-worker`, since transports know nothing of what it does.
public struct StandInWorker: Sendable {
  /// The worker as transports see it.
  public let binary: WorkerBinary

  /// Sends back every byte it gets.
  public static let echo = "exec cat"
  /// Says its arguments, each on a line in brackets, then sends back what it gets.
  public static let arguments = #"for a in "$@"; do printf '[%s]\n' "$a"; done; exec cat"#

  /// What a stand-in says when it is asked what it sees.
  private static let facts =
    "if [ \"$1\" = facts ]; then "
    + #"printf '\nQUANTA-%s\n' 'cores 4' 'instructions avx2' 'memory 1000000000'; exit 0; fi"#

  /// Writes a script whose `attach --folder DIR` runs `body`, of about `padding` bytes.
  ///
  /// The file lies in a temporary folder of its own and stays until `remove`.
  public init(_ body: String, architecture: String? = nil, padding: Int = 0) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/quanta-worker-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/quanta-worker"
    let text =
      "#!/bin/sh\n\(Self.facts)\n\(body)\nexit $?\n# " + String(repeating: "x", count: padding)
      + "\n"
    try text.write(toFile: path + ".text", atomically: true, encoding: .utf8)
    // Copied by another process: a descriptor open for writing here could leak for an instant
    // into a child that another test forks, and starting the script would say "text file busy".
    _ = Command.runBlocking(["install", "-m", "700", path + ".text", path])
    let sum = Command.runBlocking(["sha256sum", path]).output.prefix(64)
    binary = WorkerBinary(
      path: path, hash: String(sum),
      architecture: architecture ?? Command.runBlocking(["uname", "-m"]).output,
      sizeBytes: text.utf8.count)
  }

  /// Removes the script.
  public func remove() {
    try? FileManager.default.removeItem(
      atPath: (binary.path as NSString).deletingLastPathComponent)
  }
}
