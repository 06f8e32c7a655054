import Foundation
import Metrics
import Posix
import SweepModel
import Testing

@testable import Workloads

/// Programs as jobs: from their parameters to what is recorded of them.
@Suite struct CommandRunTests {
  @Test func program_getsItsParametersAndVariables() throws {
    let context = try CommandContext(timeoutSeconds: 100)
    let spec = CommandSpec(
      script: """
        printf '%s|' "$QUANTA_PARAMS" "$QUANTA_SEED" "$QUANTA_ATTEMPT" "$QUANTA_THREADS" \
          "$OMP_NUM_THREADS" "$PYTHONUNBUFFERED" "$TITLE" "${SLURM_JOB_ID-none}" "$QUANTA_JOB"
        test "$WANDB_DIR" = "$PWD" && test "$QUANTA_DEADLINE" -gt 1000000000 && test -d "$QUANTA_CHECKPOINT_DIR" && pwd
        """
    ) {
      $0.environment = [CommandSpec.Variable("TITLE", "width {width}")]
    }
    setenv("SLURM_JOB_ID", "77", 1)
    defer { unsetenv("SLURM_JOB_ID") }
    _ = try spec.run(
      ["width": 8, "rate": 0.001, "deep": true, "layers": "[64, 2]", "seed": 3], in: context)
    let words = context.printed.split(separator: "|").map(String.init)
    #expect(words[0] == #"{"deep":true,"layers":[64, 2],"rate":0.001,"seed":3,"width":8}"#)
    #expect(
      Array(words[1...7]) == ["3", "1", "2", "2", "1", "width 8", "none"], "\(context.printed)")
    #expect(words[8] == CommandContext.job.hex)
    #expect(words[9] == "\(context.folder)/job/work\n")
  }

  /// Whatever batch system began the worker, or whoever did.
  @Test(arguments: [
    "SLURM_JOB_ID", "SLURMD_NODENAME", "SBATCH_ACCOUNT", "PBS_JOBID", "PBS_ARRAY_INDEX",
    "LSB_JOBID",
    "LSB_MCPU_HOSTS", "LSF_ENVDIR", "LS_SUBCWD", "SGE_TASK_ID", "SGE_ROOT", "OAR_JOB_ID",
    "FLUX_JOB_ID",
    "FLUX_URI", "_CONDOR_JOB_AD", "_CONDOR_SCRATCH_DIR", "JOB_COMPLETION_INDEX", "PMI_RANK",
    "PMI2_X",
    "PMIX_NAMESPACE",
  ])
  func variablesOfBatchSystems_areNotSeen(name: String) {
    var environment = CommandEnvironment([name: "1", "LS_COLORS": "x", "PATH": "/bin"])
    #expect(environment.lines == ["LS_COLORS=x", "PATH=/bin"])
    environment[name] = "asked for"
    #expect(environment[name] == "asked for")
  }

  /// Their names are anybody's.
  @Test func plainNamesOfGridEngine_areNotSeenInItsJobsAlone() {
    let plain = ["JOB_ID": "7", "NSLOTS": "2", "QUEUE": "q"]
    #expect(CommandEnvironment(plain).lines.count == 3)
    #expect(CommandEnvironment(plain.merging(["SGE_TASK_ID": "undefined"]) { $1 }).lines == [])
  }

  @Test func environmentThatIsAskedFor_isSet_whateverItsNames() throws {
    let context = try CommandContext()
    let spec = CommandSpec(
      script: #"printf '%s|' "$SLURM_ARRAY_TASK_ID" "${PBS_JOBID-none}" "$SGE_ROOT""#
    ) {
      $0.environment = [
        CommandSpec.Variable("SLURM_ARRAY_TASK_ID", "{width}"),
        CommandSpec.Variable("SGE_ROOT", "/own"),
      ]
    }
    _ = try spec.run(["width": 8], in: context)
    #expect(context.printed.hasPrefix("8|none|/own|"), "\(context.printed)")
  }

  @Test func metrics_writtenNatively_areRecorded() throws {
    let context = try CommandContext()
    let result = try CommandSpec(
      script: """
        for s in 1 2 3; do echo "{\\"step\\": $s, \\"loss\\": 0.$((4 - s))}" >>"$QUANTA_METRICS"; done
        printf '{"step": 4, "loss": NaN}' >>"$QUANTA_METRICS"
        """
    ).run(in: context)
    #expect(result.curve("loss")?.steps == [1, 2, 3, 4])
    #expect(result.scalar("loss.min") == 0.1 && result.scalar("loss.max") == 0.3)
    #expect(result.scalar("loss.final")?.isNaN == true)
    #expect(result.scalar("loss.best") == nil)
    #expect(context.printed == "note: metrics read from $QUANTA_METRICS (JSON lines)\n")
  }

  @Test func best_isTheLeastOrGreatestOfAllSteps_asDeclared() throws {
    let spec = CommandSpec(
      script: """
        for s in 1 2 3; do
          echo "{\\"step\\": $s, \\"loss\\": $(((s - 2) * (s - 2))), \\"acc\\": $((9 - (s - 2) * (s - 2)))}"
        done >>"$QUANTA_METRICS"; echo '{"nothing": NaN}' >>"$QUANTA_METRICS"
        """)
    var handling = CommandHandling()
    handling.best = [BestValue("acc", .max), BestValue(nil, .min)]
    let result = try spec.run(handling: handling, in: CommandContext())
    #expect(result.scalar("acc.best") == 9 && result.scalar("acc.final") == 8)
    #expect(result.scalar("loss.best") == 0 && result.scalar("loss.final") == 1)
    #expect(result.scalar("nothing.best") == nil)
    handling.best = [BestValue("acc", .max)]
    let only = try spec.run(handling: handling, in: CommandContext())
    #expect(only.scalar("acc.best") == 9 && only.scalar("loss.best") == nil)
  }

  @Test func metrics_ofOutputAndFiles_areRecordedAsDeclared() throws {
    let context = try CommandContext()
    let spec = CommandSpec(
      script: """
        printf 'epoch 1 loss 0.5\\repoch 2 loss 0.25\\r'; printf 'step,acc\\n1,0.5\\n2,0.75' >a-8.csv
        """
    ) {
      $0.metrics.patterns = [#"epoch (?<step>\d+) loss (?<loss>\S+)"#]
      $0.metrics.files = ["a-{width}.csv"]
      $0.metrics.required = ["loss", "acc"]
    }
    let result = try spec.run(["width": 8], in: context)
    #expect(result.curve("loss")?.values == [0.5, 0.25])
    #expect(result.scalar("acc.final") == 0.75)
    #expect(context.printed.contains("note: metrics read from the output, as declared\n"))
    #expect(context.printed.contains("note: metrics read from a-8.csv (CSV), as declared\n"))
  }

  @Test func metrics_foundInTheFolder_areThoseOfThisRun() throws {
    let folder = NSTemporaryDirectory() + "old-\(UUID().uuidString)"
    defer { FolderArchive.remove(folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/old", withIntermediateDirectories: true)
    try Data("step,loss\n1,9\n".utf8).write(to: URL(fileURLWithPath: folder + "/old/metrics.csv"))
    let paths = try #require(FolderArchive.paths(in: folder))
    let code = try FolderArchive.pack(paths, of: folder, limit: 1 << 20)
    let context = try CommandContext(code: code)
    var parameters = Parameters([
      Parameters.Entry(
        name: CommandSpec.parameter,
        value: .text(
          CommandSpec(script: "mkdir new; printf 'step,loss\\n1,2\\n' >new/metrics.csv").text)),
      Parameters.Entry(name: CommandSpec.handling, value: .text(CommandHandling().text)),
    ])
    let layout = try #require(CodeFolder(sizeBytes: code.count))
    let set = try #require(DataSet(.code, layout, hash: CommandContext.job.hex))
    parameters[CommandSpec.code] = .text(set.name)
    let result = try Command.run(parameters, in: context)
    #expect(result.scalar("loss.final") == 2)
    #expect(context.printed == "note: metrics found in new/metrics.csv (CSV)\n")
  }

  @Test func program_thatRecordsNotWhatItMust_hasFailed() throws {
    let context = try CommandContext()
    let spec = CommandSpec(script: "echo '{\"acc\": 1}' >$QUANTA_METRICS; echo bye") {
      $0.metrics.required = ["loss"]
    }
    let message = spec.failure(in: context)
    #expect(message.contains("recorded no loss"), "\(message)")
    #expect(
      message.contains("it recorded acc") && message.contains("last words: bye"), "\(message)")
  }

  @Test(arguments: [
    ("echo oh no; exit 3", "ended with status 3; last words: oh no"),
    ("echo no $PWD/a.py; exit 1", "last words: no a.py"),
    ("kill -9 $$", "was killed by signal 9"),
    ("exit 75", "JobRequeued"),
    ("exit 124", "ended with status 124, as `timeout` does"),
  ])
  func endings_areTold(script: String, message: String) throws {
    let context = try CommandContext()
    #expect(CommandSpec(script: script).failure(in: context).contains(message))
  }

  /// The program's own end is what happened.
  @Test func checkpoint_thatCannotBePacked_hidesNothing() throws {
    let context = try CommandContext()
    let script = "touch \"$QUANTA_CHECKPOINT_DIR/$(printf 'bad\\377name')\"; echo oh; exit 3"
    #expect(CommandSpec(script: script).failure(in: context).contains("status 3; last words: oh"))
    #expect(context.printed.contains("its checkpoint cannot go"), "\(context.printed)")
  }

  @Test func program_thatIsNotThere_isToldWithThePlaceWhereItWasSought() throws {
    let context = try CommandContext()
    var spec = CommandSpec()
    spec.run = ["no-such-program", "x"]
    #expect(spec.failure(in: context).contains("There is no program no-such-program"))
    spec.run = ["/bin/true"]
    spec.folder = "/no/such/folder"
    #expect(spec.failure(in: context).contains("/no/such/folder cannot be entered"))
  }

  @Test func program_thatHearsTheWarning_keepsACheckpointAndGoesOnFromIt() throws {
    let context = try CommandContext()
    let spec = CommandSpec(
      script: """
        first=$(cat "$QUANTA_CHECKPOINT_DIR/step" 2>/dev/null || echo 0)
        trap 'echo $s >"$QUANTA_CHECKPOINT_DIR/step"; exit 1' USR2
        for s in $(seq $((first + 1)) 5); do
          echo "{\\"step\\": $s, \\"loss\\": $s}" >>"$QUANTA_METRICS"
          if [ $s = 3 ] && [ $first = 0 ]; then echo ready; while :; do sleep 0.01; done; fi
        done
        echo "from $first"
        """)
    context.stopsAt = "ready"
    #expect(throws: JobStopped.self) { try spec.run(in: context) }
    let checkpoint = try #require(context.checkpoint)
    // Another host has nothing but what was sent.
    let other = try CommandContext(token: 2)
    other.checkpoint = checkpoint
    let result = try spec.run(in: other)
    #expect(other.printed.contains("from 3"))
    #expect(result.curve("loss")?.steps == [1, 2, 3, 4, 5])
    // The same host goes on from its folder, whatever was sent before.
    context.stopsAt = nil
    context.checkpoint = nil
    context.go(token: 3)
    #expect(try spec.run(in: context) == result)
    #expect(!FileManager.default.fileExists(atPath: context.folder + "/job"))
  }

  /// What was written between the last look and a kill is read by the next attempt.
  @Test func program_thatWasKilledWithItsWatcher_losesNoMetrics() throws {
    let context = try CommandContext(token: 2)
    let job = context.folder + "/job"
    try makeFolders(job + "/checkpoint", mode: 0o700)
    try Data("3".utf8).write(to: URL(fileURLWithPath: job + "/checkpoint/step"))
    let rows = (1...3).map { "{\"step\": \($0), \"loss\": \($0)}\n" }.joined()
    try Data(rows.utf8).write(to: URL(fileURLWithPath: job + "/metrics.jsonl"))
    let spec = CommandSpec(script: "echo '{\"step\": 4, \"loss\": 4}' >>$QUANTA_METRICS")
    #expect(try spec.run(in: context).curve("loss")?.steps == [1, 2, 3, 4])
  }

  @Test func program_thatDoesNotListen_isEndedByTERM() throws {
    let context = try CommandContext()
    context.stopsAt = "ready"
    let spec = CommandSpec(script: "trap 'echo told; exit 2' TERM; echo ready; sleep 100 & wait")
    #expect(throws: JobStopped.self) { try spec.run(in: context) }
    #expect(context.printed.contains("told"))
  }

  @Test func program_thatTakesTooMuchMemory_isKilledAndToldSo() throws {
    let context = try CommandContext(memoryBytes: 64 << 20)
    let spec = CommandSpec(script: "a=$(head -c 300000000 /dev/zero | tr '\\0' x); sleep 100")
    #expect(spec.failure(in: context).contains("more than the 64 MiB of memory"))
  }

  /// What a process shares with those that it has forked counts once: eight of 30 MB each, which are the same.
  @Test func programs_thatShareTheirMemory_areNotKilledForIt() throws {
    let context = try CommandContext(memoryBytes: 150 << 20)
    let spec = CommandSpec(
      script: """
        a=$(head -c 30000000 /dev/zero | tr '\\0' x)
        for i in 1 2 3 4 5 6 7 8; do (sleep 1; :) & done
        wait; echo '{"step": 1, "loss": 2}' >>"$QUANTA_METRICS"
        """)
    #expect(try spec.run(in: context).scalar("loss.final") == 2)
  }

  @Test func output_withoutEnd_isCutInTheMiddle() throws {
    let context = try CommandContext()
    _ = try CommandSpec(script: "echo begin; yes aaaaaaa | head -c 30000000; echo; echo end")
      .run(in: context)
    #expect(context.printed.hasPrefix("begin\naaaaaaa\n"))
    #expect(context.printed.hasSuffix("end\n"))
    #expect(context.printed.contains("bytes of output are left out here"))
    #expect(context.printed.utf8.count < 4 << 20)
  }

  /// What a set-up leaves is the host's; what says which job it is is each job's own.
  @Test func setup_ofOneJob_leavesNothingOfItToTheNext() throws {
    let first = try CommandContext()
    let spec = CommandSpec(
      script: "echo \"$QUANTA_PARAMS $QUANTA_ATTEMPT $QUANTA_METRICS $WANDB_DIR $PWD\""
    ) {
      $0.setup = ["export A=1"]
    }
    _ = try spec.run(["width": 8], in: first)
    let next = try CommandContext(token: 2)
    let place = try #require(next.place)
    next.place = JobPlace(
      attempt: place.attempt, folder: place.folder, shared: first.folder + "/shared",
      timeoutSeconds: nil, memoryBytes: 0)
    _ = try spec.run(["width": 9], in: next)
    let job = next.folder + "/job"
    #expect(
      next.printed
        == "{\"width\":9} 2 \(job)/metrics.jsonl \(job)/work \(job)/work\n", "\(next.printed)")
  }

  /// A job goes from one host to another and back: what the first has left of it is older than what comes.
  @Test func rows_thatAnEarlierAttemptLeftHere_doNotShortenACheckpointThatComes() throws {
    let script = """
      test $QUANTA_ATTEMPT = 1 && steps="1 2" || steps="3 4"
      for s in $steps; do printf '{"step": %d, "loss": %d}\\n' $s $s; done >>"$QUANTA_METRICS"
      echo 1 >"$QUANTA_CHECKPOINT_DIR/kept"; exit 1
      """
    let spec = CommandSpec(script: script)
    let here = try CommandContext()
    #expect(spec.failure(in: here).contains("status 1"))
    let there = try CommandContext(token: 2)
    there.checkpoint = here.checkpoint
    #expect(spec.failure(in: there).contains("status 1"))
    here.checkpoint = there.checkpoint
    here.go(token: 3)
    let last = CommandSpec(script: "echo '{\"step\": 5, \"loss\": 5}' >>$QUANTA_METRICS")
    let steps = try last.run(in: here).curve("loss")?.steps
    #expect(steps == [1, 2, 3, 4, 5], "\(there.printed)")
  }

  @Test func output_cutWithinACharacter_isPutTogether() throws {
    let context = try CommandContext()
    _ = try CommandSpec(script: "printf 'a\\303'; sleep 0.4; printf '\\251b\\n'").run(in: context)
    #expect(context.printed == "aéb\n")
  }

  @Test func setup_runsOnceAndLeavesItsVariables() throws {
    let context = try CommandContext()
    let spec = CommandSpec(script: "echo \"$GREETING $(cat $QUANTA_SETUP_DIR/made)\"") {
      $0.setup = ["echo once; echo built >made", "export GREETING='a b'"]
    }
    _ = try spec.run(in: context)
    _ = try spec.run(in: context)
    #expect(context.printed.components(separatedBy: "a b built\n").count == 3, "\(context.printed)")
    #expect(context.printed.components(separatedBy: "once\n").count == 2)
    let wrong = CommandSpec(script: "true") { $0.setup = ["echo no module; false"] }
    #expect {
      try wrong.run(in: context)
    } throws: {
      ($0 as? HostFailure)?.message.contains("status 1; last words: no module") == true
    }
  }

  @Test(arguments: ["exit 0", "mkdir -p sub; cd sub", "true"])
  func setup_leavesItsVariables_howeverItEnds(_ last: String) throws {
    let context = try CommandContext()
    let spec = CommandSpec(script: "echo \"[$GREETING]${QUANTA_SETUP_VARIABLES-}\"") {
      $0.setup = ["export GREETING=hello", last]
    }
    _ = try spec.run(in: context)
    #expect(context.printed.contains("[hello]\n"), "\(context.printed)")
  }

  /// What others share takes none of a job's time.
  @Test func setup_takesNoneOfTheTimeLimit() throws {
    let context = try CommandContext(timeoutSeconds: 100)
    let spec = CommandSpec(script: "true") { $0.setup = ["true"] }
    _ = try spec.run(in: context)
    _ = try spec.run(in: context)
    #expect(context.setUps == [false, true], "once, and for nobody who finds it done")
  }

  @Test func seed_isTheParameterOfThatName_beforeOthersThatEndSo() throws {
    let context = try CommandContext()
    let spec = CommandSpec(script: "echo seed=$QUANTA_SEED")
    _ = try spec.run(["data_seed": 7, "seed": 2], in: context)
    _ = try spec.run(["data_seed": 7], in: context)
    #expect(context.printed == "seed=2\nseed=7\n")
  }
}
