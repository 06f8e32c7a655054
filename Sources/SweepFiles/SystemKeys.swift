import SweepModel

/// The keys of a file that describes a batch system.
enum SystemKeys {
  /// The top level.
  static let file = KeyTable(
    subject: "a batch system's file",
    keys: [
      KeySpec("name", .name, "the key of a pool", isRequired: true),
      KeySpec("title", .text, "as people write it", isRequired: true),
      KeySpec("untried", .text, "what was never tried on the real thing"),
      KeySpec(
        "keys", .dictionary(.either([.text, .mapping(term)])),
        "what a pool may say of its own, such as {queue: \"the queue\"}"),
      KeySpec("submit", .list(.text), "what submits, before the options", isRequired: true),
      KeySpec("test", .list(.text), "the same that only tests"),
      KeySpec(
        "options", .list(option),
        "options, under a name where a site may refuse them, such as {mem: \"--mem={memory}M\"}"),
      KeySpec(
        "parts", .dictionary(.text),
        "parts of words for templates, empty where a value is absent, such as {mem: \":mem={memory}mb\"}"
      ),
      KeySpec("command", .list(.text), "what follows the options"),
      KeySpec("input", .list(option), "the lines that it reads; the pilot's script if absent"),
      KeySpec("example", .text, "an option that a person may add"),
      KeySpec(
        "reserved", .list(.text), "options that nobody may add: -J, or -J* for all that begins so"),
      KeySpec("exclude", .mapping(exclude), "how nodes are written that are not wanted"),
      KeySpec(
        "array", .mapping(array), "that several are an array; each is a job of its own if absent"),
      KeySpec("most", .integer(1...100_000), "the most in one submission; 1000 if absent"),
      KeySpec("answer", .text, "a regular expression with a group job", isRequired: true),
      KeySpec("find", .list(.text), "what lists our jobs, one name a line, as {found}"),
      KeySpec("status", .list(.text), "what tells of all allocations", isRequired: true),
      KeySpec("statusOfAll", .list(.text), "what tells of all of a person's"),
      KeySpec("begins", .text, "how an entry begins; each line is one if absent"),
      KeySpec(
        "entry", .oneOrMore(.text),
        "regular expressions with groups job, index, state, node, reason, name", isRequired: true),
      KeySpec("none", .oneOrMore(.text), "what failing commands say where there are none"),
      KeySpec("states", .mapping(states), "what its words for states mean", isRequired: true),
      KeySpec("pilot", .text, "how a pilot is written", isRequired: true),
      KeySpec("alone", .text, "the same of one that is no element of an array"),
      KeySpec("cancel", .list(.text), "what calls off {pilots}, or a {pilot}", isRequired: true),
      KeySpec("cancelAll", .list(.text), "what calls off all of a pool's"),
      KeySpec("attach", .list(.text), "what begins a command beside a pilot"),
      KeySpec("limits", .list(.mapping(limit)), "what tells of the site's limits"),
      KeySpec("script", .mapping(script), "what a pilot's script needs", isRequired: true),
      KeySpec("refusals", .list(.mapping(refusal)), "what refusals say, and what to do"),
      KeySpec("reasons", .list(.mapping(reason)), "why allocations wait"),
    ], allowsExtensions: true)

  private static let option = Shape.either([.oneOrMore(.text), .dictionary(.oneOrMore(.text))])

  /// A key of a pool.
  static let term = KeyTable(
    subject: "a key",
    keys: [
      KeySpec("what", .text, "one sentence", isRequired: true),
      KeySpec("needed", .flag, "true where a pool must say it"),
      KeySpec("address", .flag, "true where it may hold / and :"),
      KeySpec("usual", .text, "what it is where a pool does not say it"),
    ])

  /// Under `array:`.
  static let array = KeyTable(
    subject: "\"array\"",
    keys: [
      KeySpec("first", .integer(0...1), "the place of the first", isRequired: true),
      KeySpec("fewest", .integer(1...2), "the fewest that make an array; 1 if absent"),
    ])

  /// Under `exclude:`.
  static let exclude = KeyTable(
    subject: "\"exclude\"",
    keys: [
      KeySpec("node", .text, "a {node} in {excluded}", isRequired: true),
      KeySpec("between", .text, "what stands between two", isRequired: true),
    ])

  /// Under `states:`.
  static let states = KeyTable(
    subject: "\"states\"",
    keys: BatchSystem.Phase.allCases.map {
      KeySpec($0.rawValue, .oneOrMore(.text), "words of the system")
    })

  /// Under `script:`.
  static let script = KeyTable(
    subject: "\"script\"",
    keys: [
      KeySpec("setup", .oneOrMore(.text), "lines of a shell at its beginning"),
      KeySpec("job", .text, "a word of a shell: the job", isRequired: true),
      KeySpec("index", .text, "the place in its array; 0 if absent"),
      KeySpec("restarts", .text, "how often it began before; counted if absent"),
      KeySpec("step", .text, "what attach alone knows as {step}"),
      KeySpec("output", .flag, "true where the options say where its output goes"),
    ])

  /// An entry of `limits:`.
  static let limit = KeyTable(
    subject: "a limit",
    keys: [
      KeySpec(
        "ask", .list(.text), "the command, with {user} for the login host's", isRequired: true),
      KeySpec("begins", .text, "how an entry begins; each line is one if absent"),
      KeySpec(
        "entry", .oneOrMore(.text),
        "regular expressions with groups "
          + BatchSystem.Fact.allCases.map(\.rawValue).joined(separator: ", ")
          + ", or the name of a key for values of it", isRequired: true),
    ])

  private static let says = KeySpec(
    "says", .oneOrMore(.text), "parts of what it says, in small letters", isRequired: true)

  /// An entry of `refusals:`.
  static let refusal = KeyTable(
    subject: "a refusal",
    keys: [
      says, KeySpec("remedy", .text, "what to do", isRequired: true),
      KeySpec("again", .flag, "true where asking later may help"),
      KeySpec("fewer", .flag, "true where fewer at once would be taken"),
      KeySpec("silent", .flag, "true where it has not answered, and may have taken it"),
      KeySpec("limit", .flag, "true where so many are not allowed now"),
      KeySpec("lacking", .flag, "true where no node is such as is asked for"),
    ])

  /// An entry of `reasons:`.
  static let reason = KeyTable(
    subject: "a reason",
    keys: [
      says, KeySpec("means", .text, "what it means", isRequired: true),
      KeySpec("never", .flag, "true where they never come"),
    ])

  /// The values of templates that every system has.
  static let values: Set = [
    "name", "label", "serial", "folder", "sessionFolder", "seconds", "minutes", "hours", "days",
    "cores", "severalCores", "memory", "memoryPerCore", "gpus", "count", "last", "excluded",
    "script",
    "shellScript", "extra", "pilot", "pilots", "job", "index", "step", "found", "node",
  ]
}
