import Basics
import Metrics
import SweepModel

/// The runs that one tool has recorded in folders and files of its own: Sacred, W&B, MLflow, Hydra,
/// TensorBoard.
struct ToolRuns: RunSource {
  /// A run that was heard of so long ago at most may still be at work, seconds.
  private static let quiet = 600.0

  let tool: String
  private let places: [RecordedPlace]
  private let now: Double

  var count: Int { places.count }

  init(_ tool: RecordedRun.Tool, _ places: [RecordedPlace], now: Double) {
    self.tool = tool.rawValue
    self.places = places
    self.now = now
  }

  func run(_ index: Int) -> FoundRun {
    let recorded = places[index].read()
    let key = places[index].key.map { " \($0)" } ?? ""
    var run = FoundRun(name: places[index].path + key)
    run.files = recorded.files
    run.fields = recorded.parameters.map { FoundRun.Field($0.name, $0.value.text) }
    run.words = recorded.command ?? recorded.path.split(separator: "/").map(String.init)
    run.isPath = recorded.command == nil
    run.state = state(recorded)
    run.version = recorded.toolVersion
    run.hostname = recorded.hostname ?? ""
    run.startedAt = recorded.startedAt
    run.endedAt = recorded.endedAt
    run.damage = recorded.problems
    run.series = recorded.lists.map { FoundRun.Series($0.name, steps: nil, values: $0.values) }
    run.take(recorded.book)
    return run
  }

  private func state(_ run: RecordedRun) -> FoundRun.State {
    let word = run.stateWord ?? run.state.rawValue
    let status = "its status is \(printable(word))"
    switch run.state {
    case .finished: return .finished
    case .unknown: return .unknown
    case .running:
      guard let heartbeat = run.heartbeat else {
        return .unfinished("\(status): it was killed, or still runs", word: word)
      }
      let minutes = Int(min(max(0, (now - heartbeat) / 60), 1e9))
      return .unfinished(
        now - heartbeat > Self.quiet
          ? "it was killed: \(status), and its last heartbeat was \(counted(minutes, "minute")) ago"
          : "it still runs: \(status), and its last heartbeat was \(counted(minutes, "minute")) ago",
        word: word)
    case .failed, .interrupted, .killed, .queued:
      let why = run.failure.map { ", \(printable(String($0.prefix(200))))" } ?? ""
      return .unfinished(status + why, word: word)
    }
  }
}

extension FoundRun {
  /// Adds what a book holds.
  mutating func take(_ book: MetricBook) {
    for line in book.series {
      var series = Series(line.name, steps: line.steps, values: line.values)
      series.extremes = (line.least?.value, line.greatest?.value)
      self.series.append(series)
    }
    scalars += book.scalars.map { JobResult.Scalar($0.name, $0.value) }
  }
}

extension RecordedRun.Value {
  /// The value as a text.
  var text: String {
    switch self {
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text), .list(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .null: "null"
    }
  }
}
