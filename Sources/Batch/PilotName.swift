/// One life of one allocation: an element of an array job, and how often it was requeued before.
public struct PilotName: Sendable, Comparable {
  /// The array's job.
  public let job: Int
  /// The place in it.
  public let index: Int
  /// How often the batch system has started it again.
  public let restarts: Int
  /// What alone the command knows that begins another beside it, as `srun` does; nil before it runs.
  public let step: Int?

  /// A name.
  public init(job: Int, index: Int, restarts: Int = 0, step: Int? = nil) {
    self.job = job
    self.index = index
    self.restarts = restarts
    self.step = step
  }

  /// Reads `17_3.0.21`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let ids = parts.first?.split(separator: "_", omittingEmptySubsequences: false) ?? []
    let numbers = (ids + parts.dropFirst()).map { Int($0) ?? -1 }
    guard ids.count == 2, numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    self.init(job: numbers[0], index: numbers[1], restarts: numbers[2], step: numbers[3])
  }

  /// As its files are called: `17_3`.
  public var id: String { "\(job)_\(index)" }

  /// As its worker names it: `17_3.0.21`.
  public var text: String { "\(id).\(restarts).\(step ?? 0)" }

  /// As tables name it, behind its pool's name: `17_3`, once requeued `17_3.1`.
  public var short: String { restarts == 0 ? id : "\(id).\(restarts)" }

  /// All of its lives.
  public var allocation: PilotName { PilotName(job: job, index: index) }

  /// The older first.
  public static func < (left: PilotName, right: PilotName) -> Bool {
    (left.job, left.index, left.restarts) < (right.job, right.index, right.restarts)
  }
}

extension PilotName: Hashable {
  /// The same life of the same allocation.
  public static func == (left: PilotName, right: PilotName) -> Bool {
    (left.job, left.index, left.restarts) == (right.job, right.index, right.restarts)
  }

  /// Hashes what tells lives apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(job)
    hasher.combine(index)
    hasher.combine(restarts)
  }
}
