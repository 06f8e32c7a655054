import Simulator

/// What the scheduler and the books of hosts and pilots cost where a batch system lends very many machines.
struct PilotScaleReport: Encodable, CustomStringConvertible {
  struct Row: Encodable {
    let part: String
    /// Wall time for each job, milliseconds.
    let millisecondsPerJob: Double
    /// The longest single piece of work, milliseconds.
    let longestMilliseconds: Double
  }

  let jobs: Int
  let pilots: Int
  /// Allocations that there were, one after the other.
  let lives: Int
  let turns: Int
  let rows: [Row]

  private final class Stopwatch {
    var sums: [PilotScaleRun.Part: Double] = [:]
    var longest: [PilotScaleRun.Part: Double] = [:]

    func time(_ part: PilotScaleRun.Part, _ body: () -> Void) {
      let clock = ContinuousClock()
      let start = clock.now
      body()
      let elapsed = (clock.now - start) / .milliseconds(1)
      sums[part, default: 0] += elapsed
      longest[part] = max(longest[part] ?? 0, elapsed)
    }
  }

  static func measure(jobs: Int, pilots: Int) -> PilotScaleReport {
    let watch = Stopwatch()
    var run = PilotScaleRun(jobs: jobs, pilots: pilots) { watch.time($0, $1) }
    run.run()
    precondition(run.recorded == jobs, "\(run.recorded) of \(jobs) jobs are recorded")
    return PilotScaleReport(
      jobs: jobs, pilots: pilots, lives: run.lives, turns: run.turns,
      rows: PilotScaleRun.Part.allCases.map { part in
        Row(
          part: part.rawValue, millisecondsPerJob: (watch.sums[part] ?? 0) / Double(jobs),
          longestMilliseconds: watch.longest[part] ?? 0)
      })
  }

  var description: String {
    let lines = rows.map { row in
      "  \(row.part): \(row.millisecondsPerJob) ms a job, \(row.longestMilliseconds) ms at most"
    }
    return "\(jobs) jobs on \(pilots) pilots, \(lives) allocations, \(turns) turns\n"
      + lines.joined(separator: "\n")
  }
}
