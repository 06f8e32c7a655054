import Foundation
import LabSupport
import Testing

/// `quanta` with real hosts: own address, sshd, home and processes each.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Lab.isAvailable, Lab.reason))
struct ClusterTests {
  /// A small real sweep: sparse parity, three widths, two seeds, both regimes' online one. Its jobs
  /// take long enough for the second host to connect while the first one works.
  private static let parity = """
    name: parity
    workload: sparse-parity
    settings: {alpha: 0.4, tasks: 10, bits: 12, subset: 2, batch: 64, steps: 12000, logEvery: 2000,
      regime: online}
    grid: {width: [4, 9, 17], seed: [0, 1]}
    fits:
      alpha_N: {x: parameters, y: loss.final}
    """

  private func writeCluster(_ sandbox: Sandbox, _ lab: Lab, hosts: [String]) throws {
    try sandbox.write(
      "cluster.yaml",
      "defaults: {config: \(lab.configFile)}\nhosts:\n"
        + hosts.map { "  - \($0)\n" }.joined())
  }

  @Test func sweep_onTwoHosts_givesTheBitsOfLocalCores() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", Self.parity)
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}", "{host: h2, cores: 1}"])
        let local = await sandbox.quanta("run", "sweep.yaml", "--store", "local")
        #expect(local.status == 0, "\(local.output)")
        let remote = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(remote.status == 0, "\(remote.output)")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "local"))
        for curve in ["loss", "loss.subtasks"] {
          let there = await sandbox.quanta("export", "--what", "curves", "--curve", curve)
          let here = await sandbox.quanta(
            "export", "--what", "curves", "--curve", curve, "--store", "local")
          #expect(there.output == here.output, "curve \(curve)")
          #expect(there.output.split(separator: "\n").count > 6)
        }
        // Whoever was faster took the jobs; the second host alone gives the same bits.
        try writeCluster(sandbox, lab, hosts: ["{host: h2}"])
        let second = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "second")
        #expect(second.status == 0, "\(second.output)")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "second"))
        let runs = await sandbox.quanta("export", "--store", "second")
        #expect(runs.output.components(separatedBy: ",h2,h2,").count == 7)
      }
    }
  }

  @Test func verification_runsEveryJobOnTheOtherHost() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", Self.parity)
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}"])
        let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(run.status == 0, "\(run.output)")
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}", "{host: h2, cores: 1}"])
        let result = await sandbox.quanta(
          "verify", "--fraction", "1", "--cluster", "cluster.yaml", "--json")
        #expect(result.status == 0, "\(result.output)")
        for part in ["\"agreeing\" : 6", "\"onSameHost\" : 0"] {
          #expect(result.output.contains(part), "\(part)\n\(result.output)")
        }
        #expect(result.output.components(separatedBy: "\"rerunOn\" : \"h2\"").count == 7)
      }
    }
  }

  @Test func sweep_byTheSystemsSSH_givesTheBitsOfLocalCores() async throws {
    try await Lab.withHosts(2, behind: 1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", Self.parity)
        try writeCluster(
          sandbox, lab,
          hosts: ["{host: h1, cores: 1, engine: openssh}", "{host: h2, cores: 1, engine: openssh}"])
        let local = await sandbox.quanta("run", "sweep.yaml", "--store", "local")
        #expect(local.status == 0, "\(local.output)")
        let remote = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(remote.status == 0, "\(remote.output)")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "local"))
        let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
        #expect(check.status == 0, "\(check.output)")
        #expect(check.output.contains("connection: \(try lab.address(1)), by the system's ssh"))
      }
    }
  }

  @Test func hostThatCrashes_losesItsJobsToTheOther() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 60, steps: 20, milliseconds: 20))
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}", "{host: h2, cores: 1}"])
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(2)
        try await lab("crash", "1")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        let calm = await sandbox.quanta("run", "sweep.yaml", "--store", "calm")
        #expect(calm.status == 0)
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "calm"))
      }
    }
  }

  @Test(arguments: ["libssh", "openssh"])
  func sshdThatDiesAndReturns_leavesTheJobsRunning(_ engine: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 40, steps: 20, milliseconds: 20))
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 2, engine: \(engine)}"])
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(1)
        try await lab("stop-sshd", "1")
        try await sandbox.waitUntil("the loss is noticed") {
          sandbox.text(of: "log").contains("h1: ")
        }
        try await lab("start-sshd", "1")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        let jobs = await sandbox.quanta("jobs", "--json")
        // An order may be lost that was given while sshd died: one for each core at most.
        let once = jobs.output.components(separatedBy: "\"attempts\" : 1").count - 1
        #expect(once >= 38, "no job that ran was tried twice: \(once) of 40")
      }
    }
  }

  @Test func unusableHost_stopsTheRunBeforeItBegins() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        let address = try lab.address(2)
        let cases: [(host: String, says: [String])] = [
          ("{name: a, host: no-such-host.invalid}", ["no-such-host.invalid"]),
          ("{name: a, host: h2, port: 9}", ["refuses the connection"]),
          ("{name: a, host: \(address), knownHosts: /dev/null}", ["known_hosts"]),
          ("{name: a, host: h2, identity: /etc/ssh/no-such-key}", ["no-such-key"]),
          ("{name: a, host: h2, folder: /proc/nowhere}", ["work folder", "/proc/nowhere"]),
        ]
        for (host, says) in cases {
          try await expectRefusal(sandbox, lab, host, says)
        }
        try await lab("fill", "2")
        try await expectRefusal(
          sandbox, lab, "{name: a, host: h2, folder: ~/scratch/q}", ["No space left", "scratch"])
        try await lab("unfill", "2")
        try await lab("swap-key", "2")
        for engine in ["libssh", "openssh"] {
          try await expectRefusal(
            sandbox, lab, "{name: a, host: h2, engine: \(engine)}",
            ["host key", "THE HOST KEY HAS CHANGED", "SHA256:", "ssh-keygen -R \(address)"])
        }
      }
    }
  }

  /// Values of the environment, of the command line and of the cluster file that a shell would run.
  @Test(arguments: ["libssh", "openssh"])
  func hostileValues_reachNoShell(_ engine: String) async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        let hostile = "$(touch canary);`touch canary`' \"-oProxyCommand=touch canary ü"
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        let folder = "'~/w \(hostile.replacing("'", with: "''"))'"
        try writeCluster(
          sandbox, lab, hosts: ["{name: a, host: h1, engine: \(engine), folder: \(folder)}"])
        let home = "\(sandbox.folder)/home \(hostile)"
        try FileManager.default.createDirectory(
          atPath: home + "/.ssh", withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        let environment = [
          "HOME=\(home)", "LANG=\(hostile)", "SSH_AUTH_SOCK=/tmp/\(hostile)", "USER=\(hostile)",
          "LC_ALL=\(hostile)", "TERM=\(hostile)",
        ]
        let run = await Command.run(
          ["env", "-C", sandbox.folder, "QUANTA_WORKER=\(Sandbox.workerPath)"] + environment
            + [Sandbox.programs + "/quanta", "run", "sweep.yaml", "--cluster", "cluster.yaml"])
        #expect(run.status == 0, "\(run.output)")
        let wrong = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--set", "ending=\(hostile)")
        #expect(wrong.status == 2, "\(wrong.output)")
        let found = await Command.run(["find", sandbox.folder, lab.folder, "-name", "canary*"])
        #expect(found.output.isEmpty, "\(found.output)")
        let there = try await lab("exec", "1", "find", "/root", "/tmp", "-name", "canary*")
        #expect(there.isEmpty, "\(there)")
      }
    }
  }

  @Test func rejectedKey_isNamedAndSkippedOnRequest() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2))
        try await lab("reject-key", "2")
        try await expectRefusal(sandbox, lab, "{name: a, host: h2}", ["authentication", "id"])
        let rest = await sandbox.quanta(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--skip-unusable")
        #expect(rest.status == 0, "\(rest.output)")
        #expect(rest.output.contains("left out: cluster.yaml:4:5: host a: "), "\(rest.output)")
      }
    }
  }

  @Test func hostThatIsDownAtTheStart_joinsOnceItIsUp() async throws {
    try await Lab.withHosts(2) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 60, steps: 20, milliseconds: 50))
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}", "{host: h2, cores: 1}"])
        try await lab("crash", "2")
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--skip-unusable")
        try await sandbox.waitForDone(1)
        #expect(sandbox.text(of: "log").contains("left out: cluster.yaml:4:5: host h2: "))
        try await lab("boot", "2")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        let runs = await sandbox.quanta("export")
        #expect(runs.output.contains(",h2,h2,"), "the second host took no job")
      }
    }
  }

  @Test func hostWhoseDiskIsFullForAWhile_worksAgain() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 20, steps: 20, milliseconds: 20))
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1, folder: ~/scratch/quanta}"])
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitForDone(1)
        // The host comes back without the worker and has no room for it.
        for verb in ["cut", "crash", "wipe", "boot", "fill", "uncut"] { try await lab(verb, "1") }
        try await sandbox.waitUntil("the full disk is noticed") {
          sandbox.text(of: "log").contains("h1: no room in the work folder")
        }
        try await lab("unfill", "1")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
      }
    }
  }

  /// No job of somebody's program that begins on a full disk is blamed for it.
  @Test func hostWhoseDiskIsFull_failsNoProgramThatBegins() async throws {
    try await Lab.withHosts(1, disk: "64m") { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write(
          "sweep.yaml",
          """
          name: programs
          workload: command
          grid: {n: [1, 2, 3, 4, 5, 6]}
          run: [sh, -c, 'until [ -e /root/go ]; do sleep 0.05; done; echo {\\"loss\\":1} >>$QUANTA_METRICS']

          """)
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1, folder: ~/scratch/quanta}"])
        let run = try sandbox.start("run", "sweep.yaml", "--cluster", "cluster.yaml")
        try await sandbox.waitUntil("a program runs") {
          await sandbox.quanta("jobs", "--state", "running").output.contains("running")
        }
        try await lab("fill", "1")
        try await lab("exec", "1", "touch", "/root/go")
        try await sandbox.waitUntil("the disk is told of") {
          sandbox.text(of: "log").contains("No space left") || !run.isRunning
        }
        #expect(run.isRunning, "\(sandbox.text(of: "log"))")
        try await lab("unfill", "1")
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))")
        // What ran when the disk filled could not write itself; nothing else is laid on a job.
        var failures = 0
        for job in 0..<6 {
          let explained = await sandbox.quanta("explain", "\(job)")
          #expect(explained.output.contains("try 1"), "\(explained.output)")
          if explained.output.contains(": failed") { failures += 1 }
        }
        #expect(failures <= 1)
      }
    }
  }

  @Test func secondUserOfTheHost_reachesNothingOfTheWorker() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try sandbox.write("sweep.yaml", selfTest(jobs: 2, steps: 1000, milliseconds: 50))
        try writeCluster(sandbox, lab, hosts: ["{host: h1, cores: 1}"])
        let run = try sandbox.start(
          "run", "sweep.yaml", "--cluster", "cluster.yaml", "--checkpoint-seconds", "0.05")
        let find = { (test: String...) async throws -> [Substring] in
          try await lab.run(["exec", "1", "find", "/root/.quanta"] + test)
            .split(separator: "\n")
        }
        try await sandbox.waitUntil("a checkpoint is written") {
          await (try? find("-name", "*.checkpoint"))?.isEmpty == false
        }
        let open = try await find("-perm", "/077", "-printf", "%M %p\n")
        #expect(open == [], "open to others")
        let socket = try #require(try await find("-type", "s").first)
        // The home is open here, and the other user brings a worker: only the folder keeps him out.
        let worker = try #require(try await find("-name", "quanta-worker-*").first)
        let session = try #require(socket.split(separator: "/").dropLast(2).last)
        try await lab("exec", "1", "install", "-m", "755", String(worker), "/tmp/worker")
        for command in [
          ["ls", "/root/.quanta"], ["cat", String(worker)],
          ["/tmp/worker", "attach", "--folder", "/root/.quanta", "--session", String(session)],
        ] {
          let other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
          let error = await #expect(throws: LabError.self) {
            try await lab.run(["exec", "1"] + other + command)
          }
          let says = error?.output ?? ""
          #expect(
            says.contains("Permission denied") || says.contains("uses no other user's folder"),
            "\(says)")
        }
        kill(run.processIdentifier, SIGKILL)
        _ = await run.end()
      }
    }
  }

  /// A cluster of h1 and one bad host: the run is refused with the host's place and reason, the
  /// check says the same, and nothing is written.
  private func expectRefusal(
    _ sandbox: Sandbox, _ lab: Lab, _ host: String, _ says: [String]
  ) async throws {
    try writeCluster(sandbox, lab, hosts: ["{host: h1}", host])
    let files = sandbox.files
    let run = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
    #expect(run.status == 2, "\(host): \(run.output)")
    #expect(run.output.contains("cluster.yaml:4:5: host a: "), "\(host): \(run.output)")
    for words in says {
      #expect(run.output.contains(words), "\(host): \(run.output)")
    }
    #expect(sandbox.files == files, "\(host): the run changed something")
    let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
    #expect(check.status == 2)
    #expect(check.output.contains("h1: usable"), "\(check.output)")
    #expect(check.output.contains("a: cannot be used"), "\(check.output)")
    #expect(check.output.contains("FAIL") && check.output.contains("-> "), "\(check.output)")
  }
}
