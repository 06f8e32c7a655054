import SweepModel

/// The keys of an import's map.
enum ImportKeys {
  /// The top level.
  static let file = KeyTable(
    subject: "a map for imports",
    keys: [
      KeySpec(
        "parameters", .dictionary(.either([.text, .mapping(parameter)])),
        "the sweep's parameters and the names under which they are recorded"),
      KeySpec(
        "constants", .dictionary(.reference("value")),
        "parameters of the sweep that no run records and all have had"),
      KeySpec(
        "ignore", .oneOrMore(.text),
        "recorded names that are not compared with the sweep's parameters, and may vary"),
      KeySpec(
        "only", .dictionary(.reference("value")),
        "recorded names and the value that runs must have had, such as lr: 0.001"),
      KeySpec(
        "pattern", .text,
        "what command lines, names of runs, or their folders look like: train.py --width {width} "
          + "--seed {seed}, w{width}_s{seed}"),
      KeySpec(
        "output", .oneOrMore(.text),
        "regular expressions with named groups on the runs' output: step (?<step>\\d+) loss (?<loss>\\S+)"
      ),
      KeySpec(
        "metrics", .dictionary(.either([.text, .mapping(metric)])),
        "the workload's metrics and what they are recorded as"),
      KeySpec(
        "requires", .oneOrMore(.text),
        "what a result must hold, such as loss.final; what metrics and fits name if absent"),
      KeySpec(
        "accept", .oneOrMore(.text),
        "the tool's words for how runs ended that are whole all the same, such as crashed"),
      KeySpec(
        "lastStep", .either([.integer(0...Int.max), .text]),
        "the step, or the parameter with it, that runs must have reached of which nobody recorded "
          + "how they ended; any accepts all, the furthest of all is meant if absent"),
      KeySpec(
        "tolerance", .positiveNumber,
        "by how much recorded numbers may differ from the grid's, relative to them, such as 1e-6"),
      KeySpec("table", .mapping(table), "what the columns of a table are"),
    ], allowsExtensions: true)

  /// A parameter that is recorded in other words, too.
  static let parameter = KeyTable(
    subject: "a parameter",
    keys: [
      KeySpec("name", .text, "the name under which it is recorded", isRequired: true),
      KeySpec(
        "values", .dictionary(.reference("value")),
        "what recorded values are called in the sweep: {ReLU: relu}"),
    ])

  /// A metric whose steps stand elsewhere, or that has another unit.
  static let metric = KeyTable(
    subject: "a metric",
    keys: [
      KeySpec(
        "values", .text,
        "the recorded series or list; of several lists a.0, a.1, … the part before the number",
        isRequired: true),
      KeySpec("steps", .text, "the recorded list with the steps of the values"),
      KeySpec(
        "every", .integer(1...1_000_000_000),
        "the distance of the steps where none are recorded; the first value is at step 0"),
      KeySpec("scale", .positiveNumber, "what the values are multiplied by: 1.442695 for bits"),
    ])

  /// The roles of a table's columns.
  static let table = KeyTable(
    subject: "\"table\"",
    keys: [
      KeySpec("run", .text, "the column that tells runs apart"),
      KeySpec("step", .text, "the column with the step of a row"),
      KeySpec("state", .text, "the column that says how a run ended"),
      KeySpec("metric", .text, "the column with the name of a row's metric"),
      KeySpec("value", .text, "the column with that metric's value"),
    ])
}
