import Foundation
import LabSupport
import Testing

@testable import quanta

/// Slips and empty stores: every refusal says what to do instead, as a command where there is one.
@Suite(.timeLimit(.minutes(10))) struct DeadEndTests {
  /// Commands about a store that is there and holds nothing.
  @Test func emptyStore_isToldWithWhatToDo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      #expect(await sandbox.quanta("store", "forget", "trial", "--yes").status == 0)
      for command in [["status"], ["fit", "last"], ["plot"], ["report"], ["jobs"], ["resume"]] {
        let result = await sandbox.quanta(command)
        #expect(
          result.output.contains("`quanta presets` lists ready ones"),
          "\(command): \(result.output)")
        #expect(
          result.output.contains("`quanta run SWEEP` runs one"), "\(command): \(result.output)")
      }
    }
  }

  @Test func planOfWhatNoHostHas_saysSoAndEndsWith1() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2, extra: "resources: {gpu: 9}"))
      for options in [[], ["--json"]] {
        let plan = await sandbox.quanta(["plan", "sweep.yaml", "--uncalibrated"] + options)
        #expect(plan.status == 1, "\(plan.output)")
        #expect(plan.output.contains("no job can run: a job needs 9 gpu"), "\(plan.output)")
      }
    }
  }

  /// A name that cannot be does not hide what else is wrong with the file.
  @Test func fileWithAWrongName_isToldWhole() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      try sandbox.write("bad.yaml", "name: a b\nworkload: self-test\nsettings: {size: x}\n")
      for command in ["run", "plan", "fit", "status"] {
        let result = await sandbox.quanta(command, "bad.yaml")
        #expect(result.status == 2 && result.output.contains("bad.yaml:1:7"), "\(result.output)")
        #expect(result.output.contains("bad.yaml:3:18"), "\(command): \(result.output)")
      }
    }
  }

  /// Before any job runs, and before the sweep is in the store.
  @Test func scriptThatIsNotThere_isToldWithTheOneThatIs() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("train.py", "pass\n")
      let slip = await sandbox.quanta("run", "--", "python3", "trian.py", "--width", "8,16")
      #expect(slip.status == 2, "\(slip.output)")
      #expect(slip.output.contains("no trian.py in the folder of the code"), "\(slip.output)")
      #expect(slip.output.contains("did you mean \"train.py\"?"), "\(slip.output)")
      #expect(!FileManager.default.fileExists(atPath: "\(sandbox.folder)/quanta-store"))
      try sandbox.write(
        "sweep.yaml", "name: s\nrun: [./start.sh, '{n}']\ncode: .\ngrid: {n: [1]}\n")
      let plan = await sandbox.quanta("plan", "sweep.yaml", "--uncalibrated")
      #expect(plan.status == 2 && plan.output.contains("no ./start.sh"), "\(plan.output)")
      try sandbox.write("start.sh", "true\n")
      let mended = await sandbox.quanta("plan", "sweep.yaml", "--uncalibrated")
      #expect(mended.status == 0, "no store is needed: \(mended.output)")
    }
  }

  @Test func programsWhoseNumbersNobodyFinds_areToldOf() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("a.sh", "echo step 1 loss 2\n")
      let run = await sandbox.quanta("run", "--", "sh", "a.sh", "--n", "1,2")
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("no number was found in what its jobs printed"), "\(run.output)")
      try sandbox.write("b.sh", "echo '{\"loss\": 2}' >>$QUANTA_METRICS\n")
      let other = await sandbox.quanta("run", "--", "sh", "b.sh", "--n", "1,2")
      #expect(other.status == 0 && !other.output.contains("no number"), "\(other.output)")
      try sandbox.write("d.sh", "[ $2 = 1 ] || echo '{\"loss\": 2}' >>$QUANTA_METRICS\n")
      let some = await sandbox.quanta("run", "--", "sh", "d.sh", "--n", "1,2,3")
      #expect(
        some.output.contains("1 of 3 results hold no number: `quanta explain"), "\(some.output)")
      _ = await sandbox.shell("cp b.sh c.sh")
      let below = await sandbox.quanta("run", "--", "sh", "c.sh", "--n", "-1,0,1.5")
      #expect(below.output.contains("3 done of 3 jobs"), "\(below.output)")
    }
  }

  @Test func trial_tellsByItsStatusWhetherTheJobFailed() async throws {
    try await Sandbox.with { sandbox in
      func sweep(_ script: String, _ more: String = "") throws {
        try sandbox.write(
          "s.yaml", "name: s\nrun: [sh, -c, '\(script)']\ngrid: {n: [1]}\n\(more)")
      }
      try sweep("echo oh; exit 3")
      let failed = await sandbox.quanta("plan", "s.yaml", "--try")
      #expect(failed.status == 1, "\(failed.output)")
      #expect(failed.output.contains("it failed: ended with status 3; last words: oh"))
      try sweep("true", "metrics: {required: loss}\n")
      let lacking = await sandbox.quanta("plan", "s.yaml", "--try")
      #expect(lacking.status == 1 && lacking.output.contains("recorded no loss"))
      try sweep("mkfifo $QUANTA_METRICS")
      let done = await sandbox.quanta("plan", "s.yaml", "--try")
      #expect(done.status == 0 && done.output.contains("is a named pipe"), "\(done.output)")
      #expect(await sandbox.quanta("run", "s.yaml").status == 0)
      let job = try await sandbox.firstJob("done")
      let explained = await sandbox.quanta("explain", job)
      #expect(
        explained.output.contains("metrics not found in $QUANTA_METRICS (JSON lines): "),
        "\(explained.output)")
    }
  }

  @Test func fitOptions_withoutInputs_areRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 8))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      #expect(await sandbox.quanta("fit", "trial").status == 0)
      for option in [
        ["--form", "power"], ["--objective", "lad"], ["--by", "seed"], ["--delta", "0.1"],
        ["--x-range", "1..5"], ["--hold", "c=1"], ["--cluster", "size"],
      ] {
        let fit = await sandbox.quanta(["fit", "trial"] + option)
        #expect(fit.status == 2, "\(option): \(fit.output)")
        #expect(fit.output.contains("\(option[0]) says how to fit --x and --y"), "\(fit.output)")
        #expect(fit.output.contains("--x parameters --y loss.final"), "\(fit.output)")
      }
      let fit = await sandbox.quanta(
        "fit", "trial", "--x", "size", "--y", "loss.final", "--form", "power")
      #expect(fit.status == 0, "\(fit.output)")
    }
  }

  @Test func sweepsWhereJobsAreAsked_areNamedAsSuch() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      for command in [["retry"], ["cancel"], ["explain"], ["logs"], ["store", "discard"]] {
        let result = await sandbox.quanta(command + ["trial"])
        #expect(result.status == 2, "\(command): \(result.output)")
        #expect(result.output.contains("trial is a sweep"), "\(command): \(result.output)")
        #expect(result.output.contains("--sweep trial"), "\(command): \(result.output)")
      }
    }
  }

  @Test func folderNamedLikeASweep_hidesNone() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      for name in ["trial", "parity-parameters-small", "nothing"] {
        try FileManager.default.createDirectory(
          atPath: "\(sandbox.folder)/\(name)", withIntermediateDirectories: true)
      }
      #expect(await sandbox.quanta("run", "trial").status == 0)
      #expect(await sandbox.quanta("status", "trial").status == 0)
      #expect(await sandbox.quanta("plan", "parity-parameters-small", "--uncalibrated").status == 0)
      let folder = await sandbox.quanta("run", "nothing")
      #expect(
        folder.status == 2 && folder.output.contains("nothing is a folder"), "\(folder.output)")
    }
  }

  @Test func home_inTheStoresName_isTheHomeFolder() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      let run = await sandbox.quanta("run", "sweep.yaml", environment: ["QUANTA_STORE=~/kept"])
      #expect(run.status == 0, "\(run.output)")
      #expect(sandbox.exists("home/kept/store.sqlite") && !sandbox.exists("~"))
      #expect(await sandbox.quanta("status", "--store=~/kept").status == 0)
    }
  }

  @Test func archive_ofAKindThatIsNotWritten_isRefusedWithOneThatIs() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 2))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      for name in ["out.zip", "out.tar.xz", "out.gz"] {
        let archive = await sandbox.quanta("store", "archive", name)
        #expect(archive.status == 2 && !sandbox.exists(name), "\(archive.output)")
        #expect(archive.output.contains("`quanta store archive out.tar.gz`"), "\(archive.output)")
      }
      #expect(await sandbox.quanta("store", "archive", "out.tar.gz").status == 0)
    }
  }

  @Test func replacement_refused_namesTheCommandThatAddsAll() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 4))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      let run = await sandbox.quanta(
        "run", "trial", "--set", "size=50", "--add", "size=60")
      #expect(run.status == 2, "\(run.output)")
      let command = "quanta run trial --add size=50 --add size=60"
      #expect(run.output.contains("`\(command)` adds"), "\(run.output)")
      let added = await sandbox.shell(command)
      #expect(added.output.contains("6 done of 6 jobs"), "\(added.output)")
    }
  }

  /// They lack nothing: their script is run. Beside another workload it means nothing.
  @Test func filesOfWandB_areRunAsTheyAre() async throws {
    try await Sandbox.with { sandbox in
      let head = "program: ./train.sh\nmethod: grid\nparameters: {size: {values: [1, 2]}}\n"
      try sandbox.write("wandb.yaml", head + "metric: {name: loss, goal: minimize}\ncode: .\n")
      try sandbox.write("both.yaml", head + "name: a\nworkload: self-test\n")
      try sandbox.write(
        "train.sh", "#!/bin/sh\necho \"{\\\"loss\\\": ${1#--size=}}\" >>$QUANTA_METRICS\n")
      #expect(await sandbox.shell("chmod +x train.sh").status == 0)
      let run = await sandbox.quanta("run", "wandb.yaml")
      #expect(run.output.contains("train: 2 done of 2 jobs"), "\(run.output)")
      let exported = await sandbox.quanta("export", "train", "--what", "curves")
      #expect(exported.output.contains(",2,0,0,2.0"), "\(exported.output)")
      let both = await sandbox.quanta("plan", "both.yaml")
      #expect(both.status == 2 && both.output.contains("remove that"), "\(both.output)")
      #expect(!both.output.contains("NAME"), "\(both.output)")
    }
  }

  /// Every command that reads a sweep of the store, before that was run.
  @Test func presetsAndFiles_notYetRun_areNamedWithTheRun() async throws {
    let commands = [
      "analyze phases", "plot", "fit", "report", "next", "status", "jobs", "export", "verify",
      "pause", "resume", "wait", "retry", "cancel", "explain", "logs", "store forget",
      "store discard",
    ].map { $0.split(separator: " ").map(String.init) }
    try await Sandbox.with { sandbox in
      try sandbox.write("my sweep.yaml", selfTest(jobs: 2))
      let preset = "parity-parameters-small"
      for isEmpty in [true, false] {
        for command in commands {
          let unrun = await sandbox.quanta(command + [preset])
          #expect(unrun.status == 2, "\(command): \(unrun.output)")
          #expect(unrun.output.contains("`quanta run \(preset)`"), "\(command): \(unrun.output)")
          let file = await sandbox.quanta(command + ["my sweep.yaml"])
          #expect(file.status == 2, "\(command): \(file.output)")
          #expect(
            file.output.contains("`quanta run 'my sweep.yaml'`"), "\(command): \(file.output)")
          let slip = await sandbox.quanta(command + ["parity-paramters-small"])
          #expect(slip.output.contains("did you mean the preset \"\(preset)\"?"), "\(slip.output)")
        }
        guard isEmpty else { return }
        #expect(!sandbox.exists("quanta-store"))
        try sandbox.write("other.yaml", selfTest(jobs: 2).replacing("trial", with: "other"))
        #expect(await sandbox.quanta("run", "other.yaml").status == 0)
      }
    }
  }

  @Test(arguments: [
    (["fit", "x", "--form", "chinchila"], "chinchilla"),
    (["fit", "x", "--objective", "hubr"], "huber"),
    (["plot", "--what", "curvs"], "curves"), (["plot", "--format", "pgn"], "png"),
    (["export", "--what", "run"], "runs"), (["export", "--format", "latx"], "latex"),
    (["jobs", "--state", "Done"], "done"), (["schema", "clustr"], "cluster"),
    (["runn"], "run"), (["help", "runn"], "run"), (["store", "unlistd"], "unlisted"),
    (["help", "workers", "chek"], "check"), (["workloads", "sparse-party"], "sparse-parity"),
    (["new", "parity-paramters-small"], "parity-parameters-small"),
    (["jobs", "--stor"], "--store"),
  ])
  func slip_inAWordOfAFixedList_isToldTheWordMeant(arguments: [String], word: String) async throws {
    try await Sandbox.with { sandbox in
      let result = await sandbox.quanta(arguments)
      #expect(result.status == 2, "\(result.output)")
      let question = result.output.contains(/[Dd]id you mean ['"]/)
      #expect(question && result.output.contains(word), "\(result.output)")
    }
  }

  @Test func severalWordsAtOnce_areToldHowToBeGiven() async throws {
    try await Sandbox.with { sandbox in
      let plot = await sandbox.quanta("plot", "--what", "scaling,curves")
      #expect(plot.output.contains("--what scaling --what curves"), "\(plot.output)")
    }
  }

  @Test func merge_intoAStoreThatIsNotThere_makesIt() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 3))
      #expect(await sandbox.quanta("run", "sweep.yaml").status == 0)
      let merge = await sandbox.quanta("store", "merge", "quanta-store", "--store", "new")
      #expect(merge.status == 0, "\(merge.output)")
      #expect(await sandbox.resultTable(store: "new") == sandbox.resultTable())
      let missing = await sandbox.quanta("store", "merge", "nothing", "--store", "newer")
      #expect(missing.status == 2 && !sandbox.exists("newer"), "\(missing.output)")
    }
  }

  /// What no result of the workload holds is refused before anything runs.
  @Test func fitOfWhatNothingRecords_isRefusedBeforeTheRun() async throws {
    try await Sandbox.with { sandbox in
      let head = "name: t\nworkload: self-test\ngrid: {size: [10, 12, 14]}\n"
      for (fit, expected) in [
        ("{x: size, y: los.fnal}", "did you mean \"loss.final\"?"),
        ("{x: size, y: accuracy}", "expected one of: loss.final, parameters, steps"),
        ("{x: size, y: loss}", "\"loss\" is a curve, which goes with \"x: step\""),
        ("{x: step, y: loss.final}", "\"loss.final\" is one number of a run"),
        ("{x: paramters, y: loss.final}", "did you mean \"parameters\"?"),
        ("{x: size, x2: stpes, y: loss.final, form: chinchilla}", "did you mean \"steps\"?"),
        ("{x: size, y: loss.final, form: chinchila}", "did you mean \"chinchilla\"?"),
      ] {
        try sandbox.write("y.yaml", head + "fits: {c: \(fit)}\n")
        let run = await sandbox.quanta("run", "y.yaml")
        #expect(run.status == 2 && run.output.contains(expected), "\(run.output)")
        #expect(!sandbox.exists("quanta-store"))
      }
    }
  }
}
