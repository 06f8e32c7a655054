import SweepModel

/// What a sweep file says of a program of the user's: at its top level, or beside the name under
/// `workload:`.
enum CommandKeys {
  /// The keys.
  static let keys: [KeySpec] = [
    KeySpec(
      "run", .either([.text, .list(.text)]),
      "the program and its arguments, such as \"python3 train.py --width {width}\" or a list of words; "
        + "${args} stands for every parameter as --name=value"),
    KeySpec("shell", .flag, "true hands \"run\" to a shell as its script; otherwise none sees it"),
    KeySpec(
      "code", .path,
      "the folder of the code, such as \".\": a copy of what Git tracks or would goes to every host"
    ),
    KeySpec(
      "identity", .word(["command", "code"]),
      "what makes a job another one: its command and parameters, or the content of the code too"),
    KeySpec(
      "setup", .oneOrMore(.text),
      "lines of a shell's script that runs once on every host, in a copy of the code; the program "
        + "gets the variables that it leaves"),
    KeySpec("env", .dictionary(.text), "variables of the program's environment"),
    KeySpec(
      "prefix", .either([.text, .list(.text)]),
      "words before the program, such as \"apptainer exec image.sif\""),
    KeySpec(
      "workdir", .text,
      "the folder in which the program runs on every host; a private copy of the code if absent"),
    KeySpec(
      "metrics", .either([.oneOrMore(.text), .mapping(metrics)]),
      "names of metrics that every job must record, or how they are read"),
    KeySpec(
      "checkpoint", .mapping(checkpoint), "what happens to the folder QUANTA_CHECKPOINT_DIR"),
    KeySpec(
      "warn", .either([.word(signals), .mapping(warning)]),
      "the signal by which a program learns that it must end soon; USR2 if absent"),
  ]

  private static let signals = CommandHandling.signals.map(\.name) + ["none"]

  /// Under `metrics:`.
  static let metrics = KeyTable(
    subject: "\"metrics\"",
    keys: [
      KeySpec("required", .oneOrMore(.text), "names that every job must record"),
      KeySpec(
        "file", .oneOrMore(.text),
        "files in which the program writes them: CSV, JSON lines, TensorBoard, Sacred, W&B, MLflow"),
      KeySpec(
        "output", .oneOrMore(.text),
        "regular expressions with named groups on what it prints: step (?<step>\\d+) loss (?<loss>\\S+)"
      ),
      KeySpec("step", .text, "the name of the step in files"),
      KeySpec(
        "best", .either([.word(bestWords), .reference("best")]),
        "which value is recorded as loss.best: the least (min) or the greatest (max) of all steps, for "
          + "every metric or by name as {acc: max}"),
    ])

  /// Words for the best of a metric's values; W&B's goals are the last two.
  static let bestWords = BestValue.End.allCases.map(\.rawValue) + ["minimize", "maximize"]

  /// Under `checkpoint:`.
  static let checkpoint = KeyTable(
    subject: "\"checkpoint\"",
    keys: [
      KeySpec(
        "carry", .size, "the most that goes to another host, such as 2GiB; 256MiB if absent")
    ])

  /// Under `warn:`.
  static let warning = KeyTable(
    subject: "\"warn\"",
    keys: [
      KeySpec("signal", .word(signals), "its name, such as USR1"),
      KeySpec("before", .duration, "how long before the time limit it comes; 60s if absent"),
    ])

  /// What files of W&B say of the program.
  static let wandb: [KeySpec] = [
    KeySpec("program", .text, "the script, as W&B sweeps name it"),
    KeySpec(
      "command", .list(.text), "the command, as W&B sweeps write it, with ${program} and ${args}"),
    KeySpec(
      "metric", .reference("metric"),
      "the metric of a W&B sweep, which every job must record; its goal says which value is its best"
    ),
    KeySpec("project", .text, "W&B's; nothing depends on it"),
    KeySpec("entity", .text, "W&B's; nothing depends on it"),
  ]

  /// The mapping `workload: {name: command, …}`.
  static let workload = KeyTable(
    subject: "\"workload\"",
    keys: [KeySpec("name", .reference("workload"), "the kind of job", isRequired: true)] + keys)

  /// The words by which a file without `workload:` means a command.
  static let hints = ["run", "program"]
}
