import Foundation
import LabSupport
import SweepModel
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ShippingTests {
  @Test(arguments: SSHEngine.allCases)
  func open_secondTime_shipsNothing(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo, padding: 300_000)
      defer { worker.remove() }
      let transport = try lab.ssh(engine, workFolder: "~/.quanta")
      try await expectEcho(transport, worker.binary)
      let path = lab.home(1, ".quanta/bin/quanta-worker-\(worker.binary.hash)")
      let first = try FileManager.default.attributesOfItem(atPath: path)
      try await expectEcho(transport, worker.binary)
      let second = try FileManager.default.attributesOfItem(atPath: path)
      #expect(first[.systemFileNumber] as? Int == second[.systemFileNumber] as? Int)
      #expect(second[.posixPermissions] as? Int == 0o700)
      #expect(second[.size] as? Int == worker.binary.sizeBytes)
      let folder = try FileManager.default.attributesOfItem(atPath: lab.home(1, ".quanta"))
      #expect(folder[.posixPermissions] as? Int == 0o700)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: lab.home(1, ".quanta/bin"))
      #expect(files == ["quanta-worker-\(worker.binary.hash)"], "no part is left")
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_dataSets_areShippedOnceAndAgainWhenDamaged(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      let sets = [
        try StandInWorker("first", padding: 3_000_000), try StandInWorker("second", padding: 9),
      ]
      defer { for each in sets + [worker] { each.remove() } }
      let data = sets.map {
        DataFile(path: $0.binary.path, hash: $0.binary.hash, sizeBytes: $0.binary.sizeBytes)
      }
      let transport = try lab.ssh(engine, workFolder: "~/.quanta")
      var shippings = 0
      func open(_ data: [DataFile]) async throws -> [Int?] {
        let recorder = LinkRecorder()
        let link = transport.open(worker.binary, data: data, onEvent: recorder.onEvent)
        link.send(Array("echo".utf8))
        #expect(await recorder.waitForText("echo") == "echo")
        link.close()
        await recorder.waitUntilClosed()
        shippings += await recorder.shippings
        return try data.map { file in
          let path = lab.home(1, ".quanta/data/\(file.hash)")
          #expect(FileManager.default.contentsEqual(atPath: path, andPath: file.path))
          let found = try FileManager.default.attributesOfItem(atPath: path)
          #expect(found[.posixPermissions] as? Int == 0o600)
          return found[.systemFileNumber] as? Int
        }
      }
      let first = try await open(data)
      #expect(shippings > 0, "who waits hears that bytes move")
      shippings = 0
      #expect(try await open(data.reversed()) == first.reversed())
      #expect(shippings == 0, "nothing is shipped twice")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: lab.home(1, ".quanta/data")).sorted()
          == data.map(\.hash).sorted(), "no part is left")
      let damaged = lab.home(1, ".quanta/data/\(data[0].hash)")
      try Data(repeating: 7, count: data[0].sizeBytes).write(to: URL(fileURLWithPath: damaged))
      let kept = lab.home(1, ".quanta/data/\(data[1].hash)")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -100 * 86_400)], ofItemAtPath: kept)
      _ = try await open(data)
      let used = try FileManager.default.attributesOfItem(atPath: kept)[.modificationDate] as? Date
      #expect(try #require(used) > Date(timeIntervalSinceNow: -3600), "a worker would remove it")
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_shippedBinaryDamaged_isShippedAgain(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let transport = try lab.ssh(engine, workFolder: "~/.quanta")
      try await expectEcho(transport, worker.binary)
      let path = lab.home(1, ".quanta/bin/quanta-worker-\(worker.binary.hash)")
      try "#!/bin/sh\nexit 1\n".write(toFile: path, atomically: false, encoding: .utf8)
      try await expectEcho(transport, worker.binary)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_contentOtherThanItsHash_isRefusedByTheHost(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let lying = WorkerBinary(
        path: worker.binary.path, hash: String(repeating: "0", count: 64),
        architecture: worker.binary.architecture, sizeBytes: worker.binary.sizeBytes)
      let recorder = LinkRecorder()
      let link = try lab.ssh(engine).open(lying, onEvent: recorder.onEvent)
      let failure = await recorder.waitUntilClosed()
      withExtendedLifetime(link) {}
      #expect(failure?.code == .worker)
      #expect(failure?.message.contains("it arrived damaged") == true)
      let left = try await lab("exec", "1", "ls", "/root/scratch/work/bin")
      #expect(left.isEmpty)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_diskFull_isNoSpaceAndLeavesNoPart(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let failure = try await failureOfOpening(try lab.ssh(engine), padding: 6_000_000)
      #expect(failure.code == .noSpace)
      #expect(failure.message.contains("No space left on device"))
      #expect(
        try await lab("exec", "1", "find", "/root/scratch", "-type", "f")
          == "/root/scratch/work/.quanta-folder")
      try await expectEcho(try lab.ssh(engine))
      try await lab("fill", "1")
      try await expectEcho(try lab.ssh(engine), "a worker that is there is found on a full disk")
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_diskReadOnly_isWorkFolder(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      try await lab("ro", "1")
      let failure = try await failureOfOpening(try lab.ssh(engine))
      #expect(failure.code == .workFolder)
      #expect(failure.message.contains("Read-only file system"))
      try await lab("rw", "1")
      try await expectEcho(try lab.ssh(engine))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_binaryForAnotherProcessor_isWrongArchitectureAndShipsNothing(_ engine: SSHEngine)
    async throws
  {
    try await Lab.withHosts(1) { lab in
      let failure = try await failureOfOpening(try lab.ssh(engine), architecture: "riscv64")
      #expect(failure.code == .wrongArchitecture)
      #expect(failure.message.contains("the worker is for Linux riscv64"))
      #expect(try await lab("exec", "1", "ls", "/root/scratch") == "")
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_workerThatDoesNotStart_tellsItsStandardError(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let failure = try await failureOfOpening(
        try lab.ssh(engine), worker: "echo 'kernel too old' >&2; exit 7")
      #expect(failure.code == .worker)
      #expect(failure.message.contains("exit status 7"))
      #expect(failure.message.contains("kernel too old"))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_workFolderWithShellCharacters_isOnlyAName(_ engine: SSHEngine) async throws {
    let names = [
      "a b", "it's", "\"quoted\"", "$(touch x)", "`touch x`", "a;touch x", "*", "-rf", "new\\nline",
      "ünïcode", "a\\", "%h",
    ]
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.arguments)
      defer { worker.remove() }
      for name in names {
        let recorder = LinkRecorder()
        let link = try lab.ssh(engine, workFolder: "~/\(name)/w")
          .open(worker.binary, onEvent: recorder.onEvent)
        let expected =
          "[attach]\n[--folder]\n[/root/\(name)/w]\n[--session]\n[lab]\n"
          + "[--hash]\n[\(worker.binary.hash)]\n"
        #expect(await recorder.waitForText(expected) == expected)
        link.close()
        await recorder.waitUntilClosed()
      }
      let home = try FileManager.default.contentsOfDirectory(atPath: lab.home(1, ""))
      #expect(Set(home) == Set(names + [".bashrc", ".ssh", "scratch"]))
    }
  }

  @Test(arguments: ["", "a\nb", "a\u{0}b", "a\u{1B}[2J"])
  func open_workFolderThatIsNoName_isAConfigurationFailure(_ name: String) async throws {
    let host = HostSpec(
      name: "node", access: .ssh(SSHAddress(host: "127.0.0.1", port: 1)), workFolder: name)
    let failure = try await failureOfOpening(HostTransport(host))
    #expect(failure.code == .configuration)
  }

  @Test(arguments: SSHEngine.allCases)
  func open_noisyAccount_isUnderstood(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let noise = "echo Welcome to the cluster; printf 'no line end'; echo warning >&2\n"
      try noise.write(toFile: lab.home(1, ".bashrc"), atomically: true, encoding: .utf8)
      try await expectEcho(try lab.ssh(engine))
      let worker = try StandInWorker(StandInWorker.echo)
      defer { worker.remove() }
      let transport = try lab.ssh(engine)
      let report = await detached { transport.examine(worker.binary, timeoutSeconds: 20) }
      #expect(report.isUsable)
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func open_accountThatRunsNoCommands_isAWorkerFailureWithItsWords(_ engine: SSHEngine) async throws
  {
    try await Lab.withHosts(1) { lab in
      let refusal = "echo 'This account is not available.' >&2; exit 1\n"
      try refusal.write(toFile: lab.home(1, ".bashrc"), atomically: true, encoding: .utf8)
      let failure = try await failureOfOpening(try lab.ssh(engine))
      #expect(failure.code == .worker)
      #expect(failure.message.contains("This account is not available."))
    }
  }

  @Test(arguments: SSHEngine.allCases)
  func examine_beforeARun_leavesTheWorkerForIt(_ engine: SSHEngine) async throws {
    try await Lab.withHosts(1) { lab in
      let worker = try StandInWorker(StandInWorker.echo, padding: 100_000)
      defer { worker.remove() }
      let transport = try lab.ssh(engine, workFolder: "~/new/work")
      let alone = await detached { transport.examine(worker.binary, timeoutSeconds: 20) }
      #expect(alone.isUsable)
      let left = try await lab("exec", "1", "ls", "/root")
      #expect(left == "scratch", "a check alone leaves nothing")
      let before = await detached {
        transport.examine(worker.binary, keepsWorker: true, session: nil, timeoutSeconds: 20)
      }
      #expect(before.isUsable)
      let names = try await lab("exec", "1", "sh", "-c", "cd /root/new && find . | sort")
      #expect(
        names
          == ". ./work ./work/.quanta-folder ./work/bin ./work/bin/quanta-worker-"
          .replacingOccurrences(of: " ", with: "\n") + worker.binary.hash)
      let recorder = LinkRecorder()
      let link = transport.open(worker.binary, onEvent: recorder.onEvent)
      #expect(await recorder.waitUntilOpened())
      #expect(await recorder.shippings == 0, "it is there")
      link.close()
      await recorder.waitUntilClosed()
    }
  }
}
