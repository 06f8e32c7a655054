import Foundation
import LabSupport
import Testing

@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ShipOnceTests {
  @Test(arguments: ["libssh", "openssh"])
  func run_hostWithoutTheWorker_isSentItOnce(_ engine: String) async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        try sandbox.write(
          "cluster.yaml",
          "hosts: [{host: h1, config: \(lab.configFile), folder: ~/q, engine: \(engine)}]\n")
        let before = try sentBytes(lab)
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
        let sent = try sentBytes(lab) - before
        let find = "stat -c %s /root/q/bin/*"
        let size = try #require(Int(try await lab("exec", "1", "sh", "-c", find)))
        #expect((size..<2 * size).contains(sent), "\(sent) bytes for a program of \(size)")
      }
    }
  }

  /// The bytes that went from this machine to the lab so far.
  private func sentBytes(_ lab: Lab) throws -> Int {
    let environment = try String(contentsOfFile: lab.folder + "/lab.env", encoding: .utf8)
    let prefix = try #require(environment.split(separator: "\n").first { $0.hasPrefix("PFX=") })
    let path = "/sys/class/net/\(prefix.dropFirst(4))co/statistics/tx_bytes"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
