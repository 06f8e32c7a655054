import LabSupport
import SSHTransport
import SweepModel
import Testing
import Transport

@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ExaminationTests {
  @Test func examine_healthyHost_everyCheckInOrder() async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh(workFolder: "~/.quanta"))
      #expect(
        report.checks.map(\.name) == [
          "connection", "host key", "authentication", "work folder", "processor", "cores",
          "instruction set", "memory", "disk", "clock", "glibc",
        ])
      #expect(report.isUsable, "\(report.checks)")
      #expect(report.host == "node1")
      #expect(report.checks[2].detail == "root by \(lab.identityFile)")
    }
  }

  @Test func examine_smallDisk_warnsAndStillCanBeUsed() async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh())
      let disk = try #require(report.checks.first { $0.name == "disk" })
      #expect(disk.status == .warning)
      #expect(disk.detail.contains("4.0 MiB free in ~/scratch/work"))
      #expect(report.isUsable)
      let left = try await lab("exec", "1", "ls", "-A", "/root/scratch/work")
      #expect(left.isEmpty, "the probe is removed")
    }
  }

  @Test(arguments: [
    ("stop-sshd", "connection"), ("cut", "connection"), ("pause", "connection"),
    ("swap-key", "host key"), ("reject-key", "authentication"), ("ro", "work folder"),
    ("fill", "work folder"),
  ])
  func examine_faultyHost_endsAtTheFirstFailure(_ fault: String, _ check: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab(fault, "1")
      let timeouts = SSHTimeouts(connectSeconds: 0.5)
      let report = try await examine(lab.ssh(timeouts: timeouts))
      let last = try #require(report.checks.last)
      #expect(last.name == check)
      #expect(last.status == .failure)
      #expect(!last.remedy.isEmpty)
      #expect(report.checks.dropLast().allSatisfy { $0.status == .ok })
    }
  }

  @Test func examine_wrongProcessor_endsThere() async throws {
    try await Lab.withHosts(1) { lab in
      let report = try await examine(lab.ssh(), architecture: "riscv64")
      #expect(report.checks.last?.name == "processor")
      #expect(report.checks.last?.status == .failure)
    }
  }

  private func examine(
    _ transport: SSHTransport, architecture: String? = nil
  ) async throws -> HostReport {
    let worker = try StandInWorker(StandInWorker.echo, architecture: architecture)
    defer { worker.remove() }
    return await detached { transport.examine(worker.binary, timeoutSeconds: 20) }
  }
}
