/// A batch system: what asks it for allocations, how its answers are read, and what they mean.
///
/// Every command is a list of words, none of which any shell reads. Words are templates: see ``Template``.
/// An option of which a value is absent is left out.
public struct BatchSystem: Sendable, Hashable {
  /// A key of a pool that this system alone knows, such as its queue.
  public struct Term: Sendable, Hashable {
    /// The key, and the name of its value in templates.
    public var name: String
    /// One sentence for the JSON Schema.
    public var summary: String
    /// True where a pool must have it.
    public var isNeeded = false
    /// True where it may hold what addresses hold, such as `/` and `:`.
    public var isAddress = false
    /// What it is where a pool does not say it.
    public var usual: String?

    /// A key.
    public init(_ name: String, _ summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// Words of the command line, or a line of what the command reads.
  public struct Option: Sendable, Hashable {
    /// The name by which a site that refuses it leaves it out; nil where nothing goes without it.
    public var name: String?
    /// The words.
    public var words: [String]

    /// An option.
    public init(_ words: [String], name: String? = nil) {
      self.name = name
      self.words = words
    }
  }

  /// How an allocation stands.
  public enum Phase: String, Sendable, CaseIterable {
    case pending
    case running
    /// It has its machine, and its processes stand still there.
    case suspended
    case ended
    /// It ended, and not as it should.
    case failed
    /// Somebody has called it off, or others needed its machine.
    case cancelled
    /// Its node is gone.
    case lost
    /// In no word that is known: neither an end nor a beginning.
    case unknown

    /// True where it is over.
    public var isEnd: Bool { [.ended, .failed, .cancelled, .lost].contains(self) }
  }

  /// Words of the system's with what they mean.
  public struct Saying: Sendable, Hashable {
    /// Any of these, in small letters, is a part of what it says.
    public var words: [String]
    /// What it means or what to do about it.
    public var meaning: String
    /// True where it stays so until a person has done something.
    public var isFinal: Bool
    /// True where fewer at once would be taken.
    public var asksTooMany = false
    /// True where so many are not allowed now: fewer may be, or others later.
    public var isLimit = false
    /// True where it has not answered, and may have taken what it was asked for.
    public var isSilence = false
    /// True where no node is left that is not excluded, or none is such as is asked for.
    public var lacksNodes = false

    /// Words with what they mean.
    public init(_ words: [String], _ meaning: String, isFinal: Bool) {
      self.words = words
      self.meaning = meaning
      self.isFinal = isFinal
    }
  }

  /// The key of a pool under which it stands.
  public var name: String
  /// As people write it.
  public var title: String
  /// What was never tried on the real thing; nil where that is tested.
  public var untried: String?
  /// Its own keys.
  public var terms: [Term] = []
  /// The file of a person's own that describes it; empty for a system that is part of the program.
  public var origin = ""

  /// What submits, before the options.
  public var submit: [String] = []
  /// The same that only tests; empty where the system has none.
  public var test: [String] = []
  /// The options.
  public var options: [Option] = []
  /// Parts of words under names by which they stand in templates; one of which a value is absent, or
  /// that a site refuses, is empty.
  public var parts: [String: String] = [:]
  /// Options that a person may not add: what asks and finds again relies on its own.
  public var reserved: [String] = []
  /// What follows the options.
  public var command: [String] = []
  /// The lines that the command reads; empty where that is the pilot's script.
  public var input: [Option] = []
  /// An option that a person may add, as an example.
  public var example = ""
  /// How a node that is not wanted is written in `{excluded}`.
  public var excludedNode = "{node}"
  /// What stands between two of them.
  public var excludedBetween = ","

  /// The place of the first in an array; nil where each allocation is a job of its own.
  public var first: Int?
  /// The fewest that make an array; fewer have the place 0 and a job of their own.
  public var fewest = 1
  /// The most in one submission.
  public var most = 1000
  /// A regular expression with a group `job` for a line of the answer.
  public var answer = ""

  /// Lists our jobs, one name a line, for `{found}` in ``status``; empty where that needs none.
  public var find: [String] = []
  /// Tells of all our allocations.
  public var status: [String] = []
  /// The same of all of a person's, of whatever pool; empty where nothing does.
  public var statusOfAll: [String] = []
  /// How the first line of an entry begins; empty where each line is one.
  public var begins = ""
  /// Regular expressions for an entry with groups `job`, `index`, `state`, `node`, `reason`, `name`.
  public var entry: [String] = []
  /// What the commands say, with a status that is not 0, where there are none of ours.
  public var none: [String] = []
  /// What its words for states mean.
  public var states: [String: Phase] = [:]

  /// How a pilot is written.
  public var pilot = "{job}"
  /// The same of one that is no element of an array, where arrays begin at 1.
  public var alone = "{job}"
  /// Calls off `{pilots}`, or one `{pilot}` each time.
  public var cancel: [String] = []
  /// Calls off all of a pool's; empty where each is named.
  public var cancelAll: [String] = []
  /// Begins a command beside a pilot; empty where nothing does.
  public var attach: [String] = []

  /// What tells of the site's limits.
  public var limits: [Inquiry] = []

  /// Lines of a POSIX shell at the beginning of a pilot's script.
  public var setup: [String] = []
  /// What a pilot's shell calls its job, its place, how often it began before, and its own step.
  public var identity = Identity()
  /// True where the submission says where a pilot's output goes, which the script does otherwise.
  public var keepsOutput = false

  /// What the system says when it refuses; the first that fits counts.
  public var refusals: [Saying] = []
  /// Why allocations wait, where that is more than their turn.
  public var reasons: [Saying] = []

  /// Words of a POSIX shell.
  public struct Identity: Sendable, Hashable {
    /// The job.
    public var job = "0"
    /// The place in its array.
    public var index = "0"
    /// How often it began before; empty where the system does not tell, and the script counts.
    public var restarts = ""
    /// What alone ``BatchSystem/attach`` knows.
    public var step = "0"

    /// The first life of nothing.
    public init() {}
  }

  /// A system of which nothing is known but its name.
  public init(name: String = "batch", title: String = "the batch system") {
    self.name = name
    self.title = title
  }

  /// The names of the options and parts that a site may leave out.
  public var skippable: [String] {
    (options + input).compactMap(\.name) + parts.keys.sorted()
  }

  /// True where the script has to lie in a file.
  public var needsFile: Bool {
    let words = submit + test + command + (options + input).flatMap(\.words)
    return words.contains {
      Template.names(in: $0).contains { $0 == "script" || $0 == "shellScript" }
    }
  }
}
