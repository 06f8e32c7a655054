/// How many more processes and threads the control groups of this process let it start: `pids.max`.
public struct TaskRoom: Hashable, Sendable {
  /// How many more; nil where no group limits them.
  public let left: Int?
  /// The limit that is next, such as 20.
  public let limit: Int

  /// Reads the groups below a folder that stands for `/`.
  public init(root: String = "") {
    let groups = MachineLimits.hierarchies(root).flatMap(\.self).compactMap {
      group -> (left: Int, limit: Int)? in
      guard let limit = MachineLimits.number(group + "/pids.max") else { return nil }
      return (max(0, limit - (MachineLimits.number(group + "/pids.current") ?? 0)), limit)
    }
    let narrowest = groups.min { $0.left < $1.left }
    left = narrowest?.left
    limit = narrowest?.limit ?? 0
  }
}
