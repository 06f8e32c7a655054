import Foundation
import LabSupport
import Testing

/// What Quanta does to files and folders that are not its own: nothing, on this machine and on
/// hosts, through everything that makes, checks and cleans a work folder.
@Suite(.timeLimit(.minutes(10))) struct ForeignFilesTests {
  /// Fills a folder with foreign things of every kind, old ones and ones with names like Quanta's.
  static let furnish = """
    lay() {
      mkdir -p "$1" && cd "$1" || exit 1
      hash=$(printf '%064d' 7)
      for name in thesis.csv $hash.bak ${hash}0 quanta-worker- quanta-worker-notes.txt \\
        quanta-worker-$hash.old $hash.part x.part y.checkpoint z.outcome .hidden worker.log lock; do
        echo mine >"$name"; touch -d '200 days ago' "$name"
      done
      echo young >new.csv
      mkdir "$(printf '%064d' 8)" old.folder; echo mine >old.folder/file
      touch -d '200 days ago' "$(printf '%064d' 8)" old.folder/file old.folder
      mkfifo fifo "$(printf '%064d' 9)"; touch -d '200 days ago' "$(printf '%064d' 9)"
      ln -s "$2/target" "$(printf '%064d' 1)"; ln -s "$2" link; ln -s /no/where broken
      touch -h -d '200 days ago' "$(printf '%064d' 1)" link broken
      cd / || exit 1
    }
    """
  /// Lists everything in a folder but what `skip` names and shipped programs: kind, mode, owner,
  /// name, and of what is no folder the time, size and target.
  static let list = """
    list() {
      find "$1" \\( -path "$2" -o -size +1000k \\) -prune -o -type d -printf '%y %m %u %p\\n' -o \\
        -printf '%y %m %u %T@ %s %l %p\\n' | sort
    }
    """

  private struct Place: Sendable {
    let run: @Sendable (String) async throws -> String
    let host: String
    let home: String
    let config: String
  }

  private func here(_ sandbox: Sandbox) -> Place {
    Place(
      run: { await Command.run(["bash", "-c", $0]).output }, host: "local: true",
      home: sandbox.folder + "/there", config: "")
  }

  private func there(_ lab: Lab) -> Place {
    Place(
      run: { try await lab("exec", "1", "bash", "-c", $0) }, host: "host: h1",
      home: "/root", config: "defaults: {config: \(lab.configFile)}\n")
  }

  /// A folder that was there before, of every kind, is left as it was; Quanta works inside it.
  private func expectUntouched(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 2))
    let precious = "\(place.home)/precious"
    let work = "\(place.home)/group"
    _ = try await place.run(
      Self.furnish
        + """

        lay \(precious) \(precious)
        for part in . data bin sessions sessions/abc; do lay \(work)/$part \(precious); done
        chmod 755 \(work)
        """)
    let look =
      Self.list + "\nlist \(precious) /none; list \(work) \(work)/quanta"
    let before = try await place.run(look)
    #expect(before.split(separator: "\n").count > 80)
    try sandbox.write(
      "cluster.yaml",
      place.config + "hosts:\n  - {name: a, \(place.host), cores: 1, folder: \(work)}\n")
    let check = await sandbox.quanta("workers", "check", "--cluster", "cluster.yaml")
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains("\(work)/quanta is writable"), "\(check.output)")
    #expect(try await place.run("ls -d \(work)/quanta 2>&1 || :").contains("No such file"))
    #expect(try await place.run("ls -A \(work) | grep probe || :").isEmpty)
    for store in ["one", "two"] {
      let run = await sandbox.quanta(
        "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", store)
      #expect(run.status == 0, "\(run.output)")
    }
    #expect(try await place.run(look) == before)
    #expect(try await place.run("stat -c %a \(work)") == "755")
    #expect(try await place.run("cat \(work)/quanta/.quanta-folder").count > 3)
  }

  /// In Quanta's own folder only what is provably its own goes.
  private func expectOnlyOwnRemoved(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 2))
    let precious = "\(place.home)/precious"
    let work = "\(place.home)/q"
    try sandbox.write(
      "cluster.yaml",
      place.config + "hosts:\n  - {name: a, \(place.host), cores: 1, folder: \(work)}\n")
    let first = await sandbox.quanta(
      "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "three")
    #expect(first.status == 0, "\(first.output)")
    let old = (1...3).map { digit in String(repeating: "\(digit)", count: 64) }
    let owned = [
      "data/\(old[0])", "bin/quanta-worker-\(old[1])",
      "data/\(old[2]).0123456789abcdef.part",
    ]
    _ = try await place.run(
      Self.furnish
        + """

        lay \(precious) \(precious)
        for part in . data bin sessions sessions/abc; do lay \(work)/$part \(precious); done
        chmod 700 \(work) \(work)/data \(work)/bin \(work)/sessions
        for file in \(owned.joined(separator: " ")); do
          echo old >\(work)/$file; touch -d '200 days ago' \(work)/$file
        done
        """)
    let look = Self.list + "\nlist \(precious) /none; list \(work) /none"
    try await waitForWorkers(place, work)
    let before = try await place.run(look).split(separator: "\n")
    let second = await sandbox.quanta(
      "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "four")
    #expect(second.status == 0, "\(second.output)")
    try await waitForWorkers(place, work)
    let after = Set(try await place.run(look).split(separator: "\n"))
    let gone = before.filter { !after.contains($0) }
    #expect(gone.count == 3, "\(gone)")
    #expect(gone.allSatisfy { line in owned.contains { line.hasSuffix("/\($0)") } }, "\(gone)")
  }

  /// A worker that is let go takes a moment to end.
  private func waitForWorkers(_ place: Place, _ work: String) async throws {
    let left = try await place.run(
      "for i in $(seq 300); do pgrep -f -- '[-]-folder \(work) ' >/dev/null || exit 0; sleep 0.1; "
        + "done; echo left")
    #expect(left.isEmpty)
  }

  /// A folder that only looks like Quanta's keeps what was there before.
  private func expectOlderKept(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 2))
    let work = "\(place.home)/older"
    let file = "\(work)/data/\(String(repeating: "a", count: 64))"
    _ = try await place.run(
      "umask 077; mkdir -p \(work)/data \(work)/sessions \(work)/bin; echo old >\(file); "
        + "touch -d '200 days ago' \(file)")
    try sandbox.write(
      "cluster.yaml",
      place.config + "hosts:\n  - {name: a, \(place.host), cores: 1, folder: \(work)}\n")
    let run = await sandbox.quanta(
      "run", "sweep.yaml", "--cluster", "cluster.yaml", "--store", "five")
    #expect(run.status == 0, "\(run.output)")
    #expect(try await place.run("cat \(file)") == "old")
    #expect(try await place.run("ls -A \(work)").contains(".quanta-folder"), "it is used itself")
  }

  /// Folders of others, or that others may change, are refused by check and run in the same words.
  private func expectRefused(_ place: Place, _ sandbox: Sandbox) async throws {
    try sandbox.write("sweep.yaml", selfTest(jobs: 2))
    let top = "\(place.home)/refused"
    _ = try await place.run(
      """
      mkdir -p \(top)/mine \(top)/linked \(top)/inner; cd \(top)
      mkdir -m 777 open; mkdir -m 2775 group; mkdir foreign; chown 12345 foreign
      ln -s mine link; chown -h 12345 link
      for part in bin data sessions; do
        mkdir -m 700 with-$part with-$part/sessions with-$part/bin 2>/dev/null
        echo x >with-$part/.quanta-folder; rm -rf with-$part/$part
        mkdir -p with-$part/$part; chown 12345 with-$part/$part
      done
      mkdir -m 700 ours; echo x >ours/.quanta-folder; ln -s \(top)/mine ours/data
      ln -s /no/where dangling; mkdir inner/quanta; chown 12345 inner/quanta
      echo file >file
      """)
    let cases = [
      ("open", "others may write to"), ("group", "others may write to"),
      ("foreign", "belongs to 12345 (uid 12345)"), ("link/x", "is a link that belongs to 12345"),
      ("with-bin", "bin belongs to"), ("with-data", "data belongs to"),
      ("with-sessions", "sessions belongs to"), ("ours", "data is a link"),
      ("inner", "inner/quanta belongs to 12345 (uid 12345)"), ("file", "is not a folder"),
      ("dangling", "dangling is a link that leads nowhere"),
      ("dangling/x", "dangling is a link that leads nowhere"),
    ]
    let look = Self.list + "\nlist \(top) /none"
    let before = try await place.run(look)
    for (name, words) in cases {
      try sandbox.write(
        "cluster.yaml",
        place.config + "hosts:\n  - {name: a, \(place.host), cores: 1, folder: \(top)/\(name)}\n")
      for command in [["workers", "check"], ["run", "sweep.yaml", "--store", "none"]] {
        let result = await sandbox.quanta(command + ["--cluster", "cluster.yaml"])
        #expect(result.status == 2, "\(name): \(result.output)")
        #expect(result.output.contains(words), "\(name): \(result.output)")
      }
    }
    #expect(try await place.run(look) == before)
  }

  @Test func everythingThatCleans_onThisMachine_leavesForeignFiles() async throws {
    try await Sandbox.with { sandbox in
      try await expectUntouched(here(sandbox), sandbox)
      try await expectOnlyOwnRemoved(here(sandbox), sandbox)
      try await expectOlderKept(here(sandbox), sandbox)
    }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func everythingThatCleans_onHosts_leavesForeignFiles() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in
        try await expectUntouched(there(lab), sandbox)
        try await expectOnlyOwnRemoved(there(lab), sandbox)
        try await expectOlderKept(there(lab), sandbox)
      }
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can make folders of other users"))
  func foreignFolders_onThisMachine_areRefused() async throws {
    try await Sandbox.with { sandbox in try await expectRefused(here(sandbox), sandbox) }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func foreignFolders_onHosts_areRefused() async throws {
    try await Lab.withHosts(1) { lab in
      try await Sandbox.with { sandbox in try await expectRefused(there(lab), sandbox) }
    }
  }
}
