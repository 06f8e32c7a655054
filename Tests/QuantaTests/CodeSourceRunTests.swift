import Foundation
import LabSupport
import Testing

/// Which code a program's job has run, and what it was handed, with the real programs.
@Suite(.timeLimit(.minutes(3))) struct CodeSourceRunTests {
  private func object(_ result: Command.Result) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(result.output.utf8))
  }

  @Test(.enabled(if: Command.runBlocking(["git", "--version"]).status == 0, "needs git"))
  func code_isToldWithItsCommitAndChanges() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("train.sh", "echo '{\"loss\": 1}' >>$QUANTA_METRICS\n")
      try sandbox.write("w.yaml", "name: w\nrun: sh train.sh\ncode: .\ngrid: {seed: [0, 1]}\n")
      let made = await sandbox.shell(
        """
        printf 'home\\nquanta-store*\\n' >.gitignore
        git init -q -b trunk .; git add .; git -c user.name=n -c user.email=e@x commit -qm first
        sed 's/1/2/' train.sh >t; mv t train.sh; echo note >notes.txt; git rev-parse HEAD
        """)
      #expect(made.status == 0, "\(made.output)")
      let commit = made.output
      let run = await sandbox.quanta("run", "w.yaml")
      #expect(run.status == 0, "\(run.output)")
      let job = try await sandbox.firstJob("done")

      let explained = await sandbox.quanta("explain", job)
      #expect(
        explained.output.contains(
          ": commit \(commit.prefix(12)) of branch trunk, changed by 7 lines of diff (--diff prints "
            + "them), with 1 file that Git does not track (notes.txt)"), "\(explained.output)")
      #expect(
        explained.output.contains("\n    metrics read from $QUANTA_METRICS (JSON lines)"),
        "\(explained.output)")
      let diff = await sandbox.quanta("explain", job, "--diff")
      #expect(diff.output.contains("+echo '{\"loss\": 2}'"), "\(diff.output)")
      let document = try #require(
        object(await sandbox.quanta("explain", job, "--json")) as? [String: Any])
      let code = try #require(document["code"] as? [String: Any])
      #expect(code["commit"] as? String == commit && code["dirty"] as? Bool == true)
      let attempts = try #require(document["attempts"] as? [[String: Any]])
      #expect(
        attempts.first?["metrics"] as? [String] == ["read from $QUANTA_METRICS (JSON lines)"])

      let rows = try #require(
        object(await sandbox.quanta("export", "w", "--format", "json")) as? [[String: Any]])
      #expect(rows.count == 2)
      #expect(rows.allSatisfy { $0["command.code.commit"] as? String == commit })
      #expect(rows.allSatisfy { $0["command.code.dirty"] as? Bool == true })
      #expect(
        await sandbox.quanta("export", "w", "--format", "mlflow", "--output", "mlruns").status == 0)
      let tags = await sandbox.shell("cat mlruns/*/*/tags/mlflow.source.git.commit")
      #expect(tags.output == commit + commit, "\(tags.output)")

      // Whoever goes on elsewhere is told the same.
      #expect(await sandbox.quanta("store", "archive", "copy").status == 0)
      let copied = await sandbox.quanta("explain", job, "--store", "copy", "--diff")
      #expect(copied.output == diff.output)
    }
  }

  @Test func codeOutsideOfARepository_isToldAsSuch() async throws {
    try await Sandbox.with { sandbox in
      _ = await sandbox.shell("mkdir code")
      try sandbox.write("code/train.sh", "true\n")
      try sandbox.write("w.yaml", "name: w\nrun: sh train.sh\ncode: code\n")
      #expect(
        await sandbox.quanta("run", "w.yaml", environment: ["GIT_CEILING_DIRECTORIES=/"]).status
          == 0)
      let explained = await sandbox.quanta("explain", try await sandbox.firstJob("done"))
      #expect(explained.output.contains("It lies in no Git repository."), "\(explained.output)")
    }
  }

  /// As W&B's agent would start it.
  @Test func nestedParametersOfWandB_reachTheProgram() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "wandb.yaml",
        """
        program: ./train.sh
        method: grid
        metric: {name: acc, goal: maximize}
        code: .
        parameters:
          optimizer: {parameters: {lr: {values: [0.1, 0.01]}, name: {value: adam}}}
        """)
      try sandbox.write(
        "train.sh",
        """
        #!/bin/sh
        echo "got $*"
        for acc in 1 3 2; do echo "{\\"acc\\": $acc}" >>$QUANTA_METRICS; done
        """)
      #expect(await sandbox.shell("chmod +x train.sh").status == 0)
      let run = await sandbox.quanta("run", "wandb.yaml")
      #expect(run.output.contains("train: 2 done of 2 jobs"), "\(run.output)")
      let runs = await sandbox.quanta("jobs", "train", "--where", "optimizer.lr=0.01", "--json")
      let rows = try #require(object(runs) as? [[String: Any]], "\(runs.output)")
      let scalars = try #require(rows.first?["scalars"] as? [String: Double])
      #expect(rows.count == 1 && scalars["acc.best"] == 3 && scalars["acc.final"] == 2)
      let key = try #require(rows.first?["key"] as? String)
      let logs = await sandbox.quanta("logs", key)
      #expect(
        logs.output.contains("got --optimizer={'lr': 0.01, 'name': 'adam'}"), "\(logs.output)")
    }
  }

  /// A file of W&B finds its program; results of edited code stand beside others, and everybody says so.
  @Test func resultsOfOtherCode_areNamed() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("train.sh", "echo '{\"loss\": 1}' >>$QUANTA_METRICS\n")
      try sandbox.write(
        "w.yaml",
        """
        program: train.sh
        name: w
        command: [sh, "${program}", "${args}"]
        method: grid
        metric: {name: loss, goal: minimize}
        parameters: {seed: {values: [0, 1]}}
        """)
      let first = await sandbox.quanta("run", "w.yaml")
      #expect(first.status == 0 && !first.output.contains("other code"), "\(first.output)")
      try sandbox.write("train.sh", "echo '{\"loss\": 2}' >>$QUANTA_METRICS\n")
      let plan = await sandbox.quanta("plan", "w.yaml", "--add", "seed=2")
      #expect(plan.output.contains("2 results are of other code ("), "\(plan.output)")
      let run = await sandbox.quanta("run", "w.yaml", "--add", "seed=2")
      #expect(run.output.contains("w: 2 results are of other code ("), "\(run.output)")
      #expect(
        run.output.contains("w: its results are of 2 versions of the code: 2 of "), "\(run.output)")
      #expect(await sandbox.quanta("report", "w", "--output", "w.html").status == 0)
      let page = await sandbox.shell("cat w.html")
      #expect(page.output.contains("its results are of 2 versions of the code"))
    }
  }

  @Test func programThatNoCodeHolds_isRefused_andFailingAlikeEndsSoon() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("train.sh", "echo no such option >&2; exit 2\n")
      try sandbox.write("w.yaml", "name: w\nrun: sh train.sh {seed}\ngrid: {seed: [0, 1, 2, 3]}\n")
      let refused = await sandbox.quanta("plan", "w.yaml")
      #expect(
        refused.status == 2 && refused.output.contains("write `code: .`"), "\(refused.output)")
      try sandbox.write(
        "w.yaml",
        "name: w\ncode: .\nrun: sh train.sh {seed}\ngrid: {seed: [0, 1, 2, 3]}\nretries: {max: 3, backoff: 0s}\n"
      )
      let run = await sandbox.quanta("run", "w.yaml")
      #expect(run.status == 1, "\(run.output)")
      #expect(
        run.output.contains("the first 4 jobs have all failed in the same way"), "\(run.output)")
    }
  }
}
