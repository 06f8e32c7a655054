import Discovery

extension Partition {
  /// For each cluster the subtask of most of its samples, the first of equals, and their share.
  func majorities(of subtasks: [[Int]]) -> [(tasks: [Int], share: Double)] {
    members.map { members in
      var tally: [[Int]: Int] = [:]
      for sample in members { tally[subtasks[sample], default: 0] += 1 }
      let most = tally.max {
        $0.value != $1.value ? $0.value < $1.value : $1.key.lexicographicallyPrecedes($0.key)
      }
      return (most?.key ?? [], Double(most?.value ?? 0) / Double(max(1, members.count)))
    }
  }
}
