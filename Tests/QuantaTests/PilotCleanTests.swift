import Foundation
import LabSupport
import Store
import Testing

/// What pilots leave in the folder that they share with their login host.
@Suite(.timeLimit(.minutes(10))) struct PilotCleanTests {
  private static let hash = String(repeating: "a", count: 64)

  /// A pilot that is over, one that lives, one that is over with a result, and one that has not begun.
  private static func furnish(_ work: String) -> String {
    """
    set -e; umask 077; cd \(work); mkdir -p sessions/abc; cd sessions/abc
    part() {
      mkdir -p h-1-pilot-$1/spool h-1-pilot-$1/checkpoints; echo "$2" >h-1-pilot-$1/lock
      echo log >h-1-pilot-$1/worker.log; echo x >h-1-pilot-$1/checkpoints/\(hash).checkpoint
    }
    part 17_0.0.21 'jobs 0 ends 1000'
    part 17_1.0.22 'jobs 2 run 5@login ends 99999999999'
    part 17_2.0.23 'jobs 0 run - ends 1000'
    echo outcome >h-1-pilot-17_2.0.23/spool/7.outcome
    for pilot in 17_0.0.21 17_1.0.22; do
      mkdir -p mail/$pilot/0123456789abcdef; echo x >mail/$pilot/0123456789abcdef/c1
    done
    for id in 17_0 17_1 17_2 18_0; do echo x >pilot-$id.out; echo >pilot-$id.lives; done
    echo x >q012345678-0123456789abcdef.sh; echo mine >pilot-notes.out
    find . -exec touch -h -d '2 days ago' {} +
    echo y >>pilot-18_0.out
    """
  }

  /// One job is done by this machine, with a work folder of its own.
  private static func afterARun(_ body: (Sandbox, _ work: String) async throws -> Void) async throws
  {
    try await Sandbox.with { sandbox in
      let work = sandbox.folder + "/there"
      try sandbox.write(
        "here.yaml", "hosts: [{name: a, local: true, cores: 1, folder: \(work)}]\n")
      try sandbox.write("one.yaml", selfTest(jobs: 1))
      let run = await sandbox.quanta("run", "one.yaml", "--cluster", "here.yaml")
      #expect(run.status == 0, "\(run.output)")
      try await body(sandbox, work)
    }
  }

  private static func left(_ sandbox: Sandbox) -> [String] {
    let folder = "there/sessions/abc/"
    return sandbox.files.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) }
  }

  @Test func clean_removesWhatPilotsLeft_andNothingOfWhoMayLive() async throws {
    try await BatchLab.with("pbs") { lab in
      try await Sandbox.with { sandbox in
        let work = sandbox.folder + "/there"
        try sandbox.write(
          "cluster.yaml",
          "pools:\n  - {pbs: {time: 5 min, cores: 2}, name: lent, folder: \(work)}\n")
        try sandbox.write(
          "here.yaml", "hosts: [{name: a, local: true, cores: 1, folder: \(work)}]\n")
        try sandbox.write("one.yaml", selfTest(jobs: 1))
        let run = await sandbox.quanta("run", "one.yaml", "--cluster", "here.yaml")
        #expect(run.status == 0, "\(run.output)")
        let furnish = await Command.run(["bash", "-c", Self.furnish(work)])
        #expect(furnish.status == 0, "\(furnish.output)")
        let check = await sandbox.quanta(
          "workers", "check", "--cluster", "cluster.yaml", environment: [lab.environment])
        #expect(check.output.contains("left by pilots: 4 files of"), "\(check.output)")
        let clean = await sandbox.quanta("workers", "clean", "--cluster", "cluster.yaml", "--yes")
        #expect(clean.status == 0, "\(clean.output)")
        #expect(clean.output.contains("4 left-overs of pilots"), "\(clean.output)")
        #expect(clean.output.contains("1 result of"), "\(clean.output)")
        let left = Self.left(sandbox)
        #expect(!left.contains { $0.contains("17_0.0.21") || $0 == "pilot-17_0.out" }, "\(left)")
        for name in [
          "h-1-pilot-17_1.0.22/checkpoints/\(Self.hash).checkpoint", "pilot-17_1.out",
          "mail/17_1.0.22/0123456789abcdef/c1", "h-1-pilot-17_2.0.23/spool/7.outcome",
          "pilot-18_0.out", "pilot-17_0.lives", "q012345678-0123456789abcdef.sh", "pilot-notes.out",
        ] {
          #expect(left.contains(name), "\(name): \(left)")
        }
      }
    }
  }

  /// A result for which no job of the store waits is late: nobody fetches it, and it keeps nothing there.
  @Test(arguments: [true, false])
  func clean_removesLateResults_onceNoJobWaits(isSettled: Bool) async throws {
    try await Self.afterARun { sandbox, work in
      if !isSettled {
        let free = await sandbox.quanta("store", "discard", "0", "--yes")
        #expect(free.status == 0, "\(free.output)")
      }
      let session = try StoreReader.open(at: sandbox.folder + "/quanta-store").session()
      let furnish = Self.furnish(work).replacing("sessions/abc", with: "sessions/\(session)")
      _ = await Command.run(["bash", "-c", furnish])
      let result = "there/sessions/\(session)/h-1-pilot-17_2.0.23/spool/7.outcome"
      let clean = await sandbox.quanta(
        "workers", "clean", "--cluster", "here.yaml", "--all", "--yes")
      #expect(sandbox.exists(result) == !isSettled, "\(clean.output)")
      #expect(clean.output.contains("1 late result") == isSettled, "\(clean.output)")
      // Another pilot's time is not over, whatever becomes of results.
      #expect(clean.output.contains("a pilot's, whose allocation may still run"))
    }
  }

  @Test func clean_whereNoPilotLives_removesCountsOfLives_andScriptsWithAll() async throws {
    try await Self.afterARun { sandbox, work in
      let furnish = Self.furnish(work).replacing("ends 99999999999", with: "ends 1000")
      _ = await Command.run(["bash", "-c", furnish])
      let clean = await sandbox.quanta("workers", "clean", "--cluster", "here.yaml", "--yes")
      #expect(clean.status == 0, "\(clean.output)")
      var left = Self.left(sandbox)
      #expect(!left.contains { $0.hasSuffix(".lives") || $0.hasPrefix("mail") }, "\(left)")
      #expect(left.contains("q012345678-0123456789abcdef.sh"), "\(left)")
      _ = await sandbox.quanta("workers", "clean", "--cluster", "here.yaml", "--all", "--yes")
      left = Self.left(sandbox)
      #expect(!left.contains("q012345678-0123456789abcdef.sh"), "\(left)")
      #expect(left.contains("h-1-pilot-17_2.0.23/spool/7.outcome"), "\(left)")
    }
  }

  /// The allocations of another store's run have not come: what they would run stays, of any version.
  @Test(arguments: [["--all"], []])
  func clean_leavesTheProgram_thatAllocationsWillRun(options: [String]) async throws {
    try await Self.afterARun { sandbox, work in
      let program = "bin/quanta-worker-\(Self.hash)"
      let script = "sessions/abc/q012345678-0123456789abcdef.sh"
      _ = await Command.run([
        "sh", "-c",
        """
        set -e; umask 077; cd \(work); mkdir -p sessions/abc bin
        echo program >\(program); chmod 700 \(program)
        echo "exec '\(work)/\(program)' serve" >\(script)
        """,
      ])
      let arguments = ["workers", "clean", "--cluster", "here.yaml", "--yes"] + options
      var clean = await sandbox.quanta(arguments)
      #expect(sandbox.exists("there/\(program)") && sandbox.exists("there/\(script)"))
      #expect(
        clean.output.contains("allocations that it has asked for may come"), "\(clean.output)")
      try FileManager.default.removeItem(atPath: "\(work)/\(script)")
      clean = await sandbox.quanta(arguments)
      #expect(!sandbox.exists("there/\(program)"), "\(clean.output)")
    }
  }
}
