extension BatchSystem {
  /// A command that tells of a site's limits, and how its answer is read.
  public struct Inquiry: Sendable, Hashable {
    /// The command.
    public var command: [String]
    /// How the first line of an entry begins; empty where each line is one.
    public var begins: String
    /// Regular expressions for an entry, whose groups are named as facts are; one with the name of a key
    /// of a pool lists values of it, between commas.
    public var entry: [String]

    /// An inquiry.
    public init(_ command: [String], begins: String = "", entry: [String]) {
      self.command = command
      self.begins = begins
      self.entry = entry
    }
  }

  /// What an entry may tell. Without a place it is about the site, or about a person.
  public enum Fact: String, Sendable, CaseIterable {
    /// A partition or queue, by its name.
    case place
    /// Anything, where it is the usual one.
    case usual
    /// In which state it begins nothing.
    case closed
    /// The longest time of an allocation, such as `1-00:00:00`.
    case time
    /// How many machines of one kind there are; of each of them are the others then.
    case nodes
    /// In which state these take nothing.
    case away
    /// Cores.
    case cores
    /// Memory, in MiB where it has no unit.
    case memory
    /// GPUs.
    case gpus
    /// The most elements of an array.
    case array
    /// The most allocations of a person at once.
    case jobs
  }
}
