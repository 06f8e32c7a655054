import Glibc

/// Budgets that are one: C = 6·N·D with D rounded to whole batches differs from run to run.
public enum EqualBudgets {
  /// Budgets of one parabola lie within this part of the least of them. Ladders of budgets have steps of
  /// a factor of 1.5 or more; a D of two significant digits is off by less than 5 %.
  public static let tolerance = 0.1

  /// Runs of one budget.
  struct Group {
    /// The budget, of several the geometric mean.
    let budget: Double
    let points: [IsoFlopPoint]
  }

  /// For each budget, in order, the number of its group; groups ascend.
  public static func numbers(_ budgets: [Double]) -> [Int] {
    var starts: [Double] = []
    for budget in Set(budgets).sorted() where budget > (starts.last ?? 0) * (1 + tolerance) {
      starts.append(budget)
    }
    return budgets.map { budget in
      // The last start that is not above it.
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= budget { low = middle + 1 } else { high = middle }
      }
      return low - 1
    }
  }

  /// Runs by budget, ascending; within a group in their order.
  static func groups(_ points: [IsoFlopPoint]) -> [Group] {
    var members: [[IsoFlopPoint]] = []
    for (number, point) in zip(numbers(points.map(\.budget)), points) {
      while members.count <= number { members.append([]) }
      members[number].append(point)
    }
    return members.map { points in
      let first = points[0].budget
      guard points.contains(where: { $0.budget != first }) else {
        return Group(budget: first, points: points)
      }
      let mean = points.reduce(0) { $0 + log($1.budget) } / Double(points.count)
      return Group(budget: exp(mean), points: points)
    }
  }
}
