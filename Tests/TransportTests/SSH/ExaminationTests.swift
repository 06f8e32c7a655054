import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ExaminationTests {
  @Test(arguments: SSHEngine.allCases)
  func examine_healthyHost_everyCheckInOrder(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh(engine, workFolder: "~/.quanta"))
      #expect(
        report.checks.map(\.name) == [
          "connection", "host key", "authentication", "work folder", "processor", "cores",
          "instruction set", "memory", "disk", "clock", "glibc",
        ])
      #expect(report.isUsable, "\(report.checks)")
      #expect(report.host == "node1")
      let way = engine == .libssh ? "root by \(lab.identityFile)" : "root, by the system's ssh"
      #expect(report.checks[2].detail == way)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func examine_smallDisk_warnsAndStillCanBeUsed(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh(engine))
      let disk = try #require(report.checks.first { $0.name == "disk" })
      #expect(disk.status == .warning)
      #expect(disk.detail.contains("4.0 MiB free in ~/scratch/work"))
      #expect(report.isUsable)
      let left = try await lab("exec", "1", "ls", "-A", "/root/scratch")
      #expect(left.isEmpty, "all that it made is removed")
    }
  }

  @Test(
    arguments: SSHEngine.allCases,
    [
      ("stop-sshd", "connection"), ("cut", "connection"), ("pause", "connection"),
      ("swap-key", "host key"), ("reject-key", "authentication"), ("ro", "work folder"),
      ("fill", "work folder"),
    ])
  func examine_faultyHost_endsAtTheFirstFailure(
    _ engine: SSHEngine, _ fault: (verb: String, check: String)
  ) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab(fault.verb, "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let report = try await examine(lab.ssh(engine, timeouts: timeouts))
      let last = try #require(report.checks.last)
      #expect(last.name == fault.check)
      #expect(last.status == .failure)
      #expect(!last.remedy.isEmpty)
      #expect(report.checks.dropLast().allSatisfy { $0.status == .ok })
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func examine_wrongProcessor_endsThere(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh(engine), architecture: "riscv64")
      #expect(report.checks.last?.name == "processor")
      #expect(report.checks.last?.status == .failure)
    }
  }

  private func examine(
    _ transport: HostTransport, architecture: String? = nil
  ) async throws -> HostReport {
    let worker = try StandInWorker(StandInWorker.echo, architecture: architecture)
    defer { worker.remove() }
    return await detached { transport.examine(worker.binary, timeoutSeconds: 20) }
  }
}
