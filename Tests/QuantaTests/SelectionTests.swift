import Foundation
import LabSupport
import Store
import SweepModel
import Testing

@testable import quanta

/// Jobs, hosts and words are chosen by the same rules in every command.
@Suite(.timeLimit(.minutes(10)))
struct SelectionTests {
  @Test func negativeValues_afterAnOption_areItsValue() {
    #expect(Quanta.withNegativeValues(["jobs", "--limit", "-1"]) == ["jobs", "--limit=-1"])
    #expect(Quanta.withNegativeValues(["run", "-j", "-2"]) == ["run", "-j=-2"])
    #expect(Quanta.withNegativeValues(["a", "--", "-1"]) == ["a", "--", "-1"])
    #expect(Quanta.withNegativeValues(["a", "--x=1", "-1"]) == ["a", "--x=1", "-1"])
  }

  @Test func mention_commandOnAStore_isNamedWhole() {
    let mention = CommandMention(
      arguments: ["run", "live", "--store", "my store", "--cluster=c.yaml", "--", "--store", "no"])
    #expect(
      mention.completed("`quanta resume live` lets it go on; `ssh h1` and `quanta new` too")
        == "`quanta resume live --cluster c.yaml --store 'my store'` lets it go on; "
        + "`ssh h1` and `quanta new` too")
    #expect(
      mention.completed("`quanta jobs --store other`, `quanta workers check`")
        == "`quanta jobs --store other`, "
        + "`quanta workers check --cluster c.yaml --store 'my store'`")
    #expect(CommandMention(arguments: ["run"]).completed("`quanta jobs`") == "`quanta jobs`")
  }

  @Test func mention_ofACommandThatRuns_hasTheHostsThatWereChosen() {
    let mention = CommandMention(
      arguments: ["run", "s", "--cluster", "c.yaml", "--hosts", "node[01-04]", "-j", "2"])
    #expect(
      mention.completed("`quanta resume s` goes on")
        == "`quanta resume s --cluster c.yaml --hosts 'node[01-04]' --cores 2` goes on")
    #expect(mention.completed("`quanta jobs s`") == "`quanta jobs s`")
  }

  @Test func mention_ofChosenHosts_knowsEverySpelling() {
    let mention = CommandMention(
      arguments: ["resume", "s", "--hosts", "a", "--hosts=b", "-j4", "--folder", "my work"])
    #expect(
      mention.completed("`quanta workers check`")
        == "`quanta workers check --hosts a,b --cores 4 --folder 'my work'`")
    // There `--cluster` names a column.
    let run = CommandMention(arguments: ["run", "s", "--cluster", "c.yaml"])
    #expect(run.completed("`quanta fit s`, `quanta new`") == "`quanta fit s`, `quanta new`")
    #expect(run.launchWords == ["--cluster", ClusterOptions.absolute("c.yaml")])
  }

  @Test func mention_byACommandWithoutHosts_hasThoseOfTheSweepsRun() throws {
    let layout = StoreLayout(directory: NSTemporaryDirectory() + "launches-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: layout.directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: layout.directory) }
    func completed(_ text: String, by verb: String = "status") -> String {
      CommandMention(arguments: [verb]) { LaunchWords(layout) }.completed(text)
    }
    try LaunchWords(layout).note(["--folder", "/w 1"], of: "a")
    #expect(
      completed("`quanta resume a`, `quanta workers stop`, `quanta jobs a`")
        == "`quanta resume a --folder '/w 1'`, `quanta workers stop --folder '/w 1'`, `quanta jobs a`"
    )
    #expect(completed("`quanta resume`") == "`quanta resume --folder '/w 1'`")
    // A sweep that was run without any stays without.
    #expect(completed("`quanta resume c`") == "`quanta resume c`")
    try LaunchWords(layout).note(["--cluster", "/c.yaml"], of: "b")
    #expect(completed("`quanta resume b`") == "`quanta resume b --cluster /c.yaml`")
    #expect(completed("`quanta resume c`") == "`quanta resume c`")
    // A run knows its own hosts: this machine's, where it says none.
    #expect(completed("`quanta resume a`", by: "run") == "`quanta resume a`")
    try LaunchWords(layout).note([], of: "a")
    #expect(LaunchWords(layout)["a"].isEmpty)
  }

  @Test func commands_onOneSweep_chooseAlike() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("trial.yaml", selfTest(jobs: 6))
      // The other ending finds the file; the store and the work folder come from the environment.
      let places = ["QUANTA_STORE=\(sandbox.folder)/kept", "QUANTA_FOLDER=\(sandbox.folder)/work"]
      let run = await sandbox.quanta("run", "trial.yml", "-j", "1", environment: places)
      #expect(run.status == 0, "\(run.output)")
      #expect(sandbox.exists("kept/store.sqlite"))
      #expect(sandbox.exists("work") && !sandbox.exists("home/.quanta"))
      #expect(!sandbox.exists("quanta-store"))

      let chosen = await sandbox.quanta(
        "jobs", "trial.yml", "--where", "size>10", "--where", "size<=1.3e1", "--sort", "loss.final",
        "--limit", "2", "--store", "kept")
      let rows = chosen.output.split(separator: "\n").filter { $0.contains("done") }
      #expect(rows.map { $0.split(separator: " ")[2] } == ["13", "12"], "\(chosen.output)")
      #expect(chosen.output.contains("2 of 3 jobs"))
      let slip = await sandbox.quanta("jobs", "--where", "los.final>1", environment: places)
      #expect(slip.status == 2)
      #expect(slip.output.contains("did you mean \"loss.final\"?"), "\(slip.output)")

      let key = try #require(rows.first?.split(separator: " ").first).description
      let byNumber = await sandbox.quanta("explain", "3", environment: places)
      let byKey = await sandbox.quanta("explain", String(key.prefix(7)), environment: places)
      #expect(byNumber.status == 0 && byNumber.output == byKey.output, "\(byNumber.output)")
      let beyond = await sandbox.quanta("logs", "99", environment: places)
      #expect(beyond.status == 2 && beyond.output.contains("has jobs 0 to 5"))
    }
  }

  @Test func refusals_ofValues_sayWhyAndFitTheScreen() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("trial.yaml", selfTest(jobs: 1))
      for (arguments, reason) in [
        (["jobs", "--limit", "-1"], "must not be negative"),
        (["run", "trial.yaml", "--until", "foo"], "ci95(alpha_N) < 0.02"),
        (["run", "trial.yaml", "--checkpoint-seconds", "-3"], "greater than 0, not -3"),
        (["run", "trial.yaml", "-j", "0"], "--cores must be from 1"),
        (["plan", "trial.yaml", "--hosts", "gpu"], "add --cluster FILE"),
        (["workloads", "self-tst"], "did you mean \"self-test\"?"),
      ] {
        let refused = await sandbox.quanta(arguments)
        #expect(refused.status == 2)
        #expect(refused.output.contains("error: ") && !refused.output.contains("Error: "))
        #expect(refused.output.contains(reason), "\(refused.output)")
        let usage = refused.output.split(separator: "\n").filter { $0.hasPrefix("Usage") }
        #expect(usage.allSatisfy { $0.count <= 80 }, "\(refused.output)")
      }
      #expect(!sandbox.exists("quanta-store"))
    }
  }

  @Test func completion_inBash_offersSweepsFilesJobsAndHosts() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("trial.yaml", selfTest(jobs: 2))
      try sandbox.write("c.yaml", "hosts: [local, \"far[1-2]\"]\ngroups: {most: \"far[1-2]\"}\n")
      #expect(await sandbox.quanta("run", "trial.yaml").status == 0)
      let key = try await sandbox.firstJob("done")
      let script = """
        quanta --generate-completion-script bash > c.bash
        cat > t.bash <<'END'
        source c.bash
        try() {
          COMP_LINE="$*"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_POINT=${#COMP_LINE}
          COMPREPLY=(); _quanta "$1" "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[*]}"
        }
        try quanta run tri
        try quanta plan parity-parameters-s
        try quanta report tri
        try quanta explain \(key.prefix(5))
        try quanta workloads self
        try quanta run --cluster c.yaml --hosts local,m
        END
        bash t.bash
        """
      let offered = await sandbox.shell(script)
      #expect(
        offered.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
          .prefix(6) == [
            "trial trial.yaml", "parity-parameters-small", "trial trial.yaml", key, "self-test",
            "local,most",
          ], "\(offered.output)")
    }
  }
}
