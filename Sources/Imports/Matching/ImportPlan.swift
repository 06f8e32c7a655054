import Basics
public import SweepFiles
public import SweepModel

/// What an import would do: every run that was found, and what becomes of it.
///
/// Runs are read twice, one at a time: once to judge them, once to adopt them, so that of many no more
/// than one is in memory.
public struct ImportPlan: Sendable {
  /// Why a run is not adopted.
  public enum Refusal: String, Sendable, Hashable, CaseIterable {
    /// Its files are damaged or cannot be read.
    case damaged
    /// It did not end well, or not yet.
    case unfinished
    /// It is a run of something else.
    case foreign
    /// The map leaves it out.
    case unwanted
    /// It lacks what a result must hold.
    case lacking
    /// More than one point of the sweep may be meant.
    case ambiguous
    /// Another run of the same point has another result.
    case contradicted
    /// The store has another result of its point.
    case differs
  }

  /// What becomes of a run.
  public enum Verdict: Sendable, Hashable {
    /// It is adopted.
    case adopted
    /// Another run of its point, with the same result, is adopted.
    case repeated(of: Int)
    /// The store has its result.
    case recorded
    /// It is not adopted, and need not be: another run of its point is, or the store has a result.
    case superseded(Refusal, String)
    /// It is not adopted.
    case refused(Refusal, String)
  }

  /// A run and what becomes of it.
  public struct Item: Sendable, Hashable {
    /// Its place among all.
    let place: Int
    /// Which source has it, and its place there.
    let source: Int
    let index: Int
    /// What people find it by.
    public let name: String
    /// The place of its job in the sweep; nil where there is none.
    public internal(set) var job: Int?
    /// What becomes of it.
    public internal(set) var verdict: Verdict
    /// The result's SHA-256.
    var digest: [UInt8] = []
    var reach: ResultMaker.Reach?
    var state = FoundRun.State.unknown
    /// What it records beside the sweep's parameters.
    var marks: [UnlistedNames.Mark] = []
  }

  /// The sweep.
  public let sweep: Sweep
  /// Where runs were found.
  public let sources: [any RunSource]
  /// The runs in the order in which they were found.
  public private(set) var items: [Item] = []
  /// Parameters of the sweep that no run records, so that nobody can tell what they were.
  public private(set) var unchecked: [String] = []

  private let map: ImportMap
  private let jobs: JobIndex
  private let maker: ResultMaker
  private var unlisted: UnlistedNames

  /// Reads and judges all runs.
  public init(
    sources: [any RunSource], sweep: Sweep, signature: WorkloadSignature, map: ImportMap
  ) {
    self.sources = sources
    self.sweep = sweep
    self.map = map
    jobs = JobIndex(sweep, signature: signature, map: map)
    let demanded = sweep.jobs.first.flatMap(CommandSpec.init(of:))?.metrics.required ?? []
    maker = ResultMaker(signature: signature, map: map, fits: sweep.fits, demanded: demanded)
    unlisted = UnlistedNames(signature, map: map, results: sweep.fits.map(\.y) + demanded)
    var recorded: Set<String> = []
    for (number, source) in sources.enumerated() {
      for index in 0..<source.count {
        items.append(judged(source.run(index), number, index, &recorded))
      }
    }
    unchecked = items.isEmpty ? [] : jobs.unchecked(recorded)
    judgeReach()
    judgeUnlisted()
    judgeRepetitions()
    judgeSuperseded(done: [])
  }

  /// The runs that are adopted.
  public var adopted: [Item] { items.filter { $0.verdict == .adopted } }

  /// A point of the sweep by what varies.
  public func label(_ job: Int) -> String { jobs.label(job) }

  // MARK: Judging

  private mutating func judged(
    _ run: FoundRun, _ source: Int, _ index: Int, _ recorded: inout Set<String>
  ) -> Item {
    var item = Item(
      place: items.count, source: source, index: index, name: run.name, verdict: .adopted)
    item.state = run.state
    switch jobs.values(of: run) {
    case .failure(let ambiguity): item.verdict = .refused(.ambiguous, ambiguity.reason)
    case .success(let values):
      recorded.formUnion(values.keys)
      switch jobs.job(values) {
      case .job(let place): item.job = place
      case .none(let reason): item.verdict = .refused(.foreign, reason)
      case .several(let reason): item.verdict = .refused(.ambiguous, reason)
      }
    }
    // What is wrong with the run itself says more than that its parameters are unknown.
    if let damage = run.damage.first {
      item.verdict = .refused(.damaged, damage)
    } else if case .unfinished(let reason, let word) = run.state, !map.accepted.contains(word) {
      item.verdict = .refused(.unfinished, reason)
    }
    if item.verdict == .adopted, let reason = map.difference(of: run) {
      item.verdict = .refused(.unwanted, reason)
    }
    guard item.verdict == .adopted else { return item }
    switch maker.result(of: run) {
    case .none(let refusal, let reason): item.verdict = .refused(refusal, reason)
    case .result(let result, let reach):
      item.digest = result.digest
      item.reach = reach
      item.marks = unlisted.marks(of: run)
    }
    return item
  }

  /// Refuses runs that did not get as far as they must have.
  private mutating func judgeReach() {
    let furthest = items.lazy.filter { $0.verdict == .adopted }.compactMap { $0.reach?.last }.max()
    judgeEmptiness()
    var ends: [String: Int] = [:]
    for item in items where item.verdict == .adopted {
      ends.merge(item.reach?.required ?? [:]) { max($0, $1) }
    }
    for place in items.indices where items[place].verdict == .adopted {
      guard let reach = items[place].reach, let job = items[place].job else { continue }
      switch map.lastStep {
      case .any: continue
      case .furthest:
        guard items[place].state == .unknown, let furthest else { continue }
        let short = reach.required.filter { $1 < ends[$0] ?? $1 }.min { $0.key < $1.key }
        guard reach.last < furthest || short != nil else { continue }
        let (last, others, what) =
          reach.last < furthest
          ? (reach.last, furthest, "it ends")
          : (short?.value ?? 0, ends[short?.key ?? ""] ?? 0, "its \(short?.key ?? "") ends")
        items[place].verdict = .refused(
          .unfinished,
          "\(what) at step \(last), others at \(others), and nothing says how it ended: "
            + "`lastStep` in a map says where runs end")
      case .step(let step):
        guard reach.last < step else { continue }
        items[place].verdict = .refused(
          .unfinished, "it ends at step \(reach.last), before \(step)")
      case .parameter(let name):
        guard case .integer(let step)? = sweep.jobs[job].parameters[name],
          reach.last < step, step - reach.last > reach.gap
        else { continue }
        items[place].verdict = .refused(
          .unfinished, "it ends at step \(reach.last), before \(name)=\(step)")
      }
    }
  }

  /// Refuses the runs of a tool in which something varies that is no parameter of the sweep.
  private mutating func judgeUnlisted() {
    for source in sources.indices {
      let places = items.indices.filter {
        items[$0].source == source && items[$0].verdict == .adopted
      }
      let runs = places.compactMap { place in
        items[place].job.map { (marks: items[place].marks, job: sweep.jobs[$0]) }
      }
      guard let reason = unlisted.reason(runs) else { continue }
      for place in places { items[place].verdict = .refused(.ambiguous, reason) }
    }
    for place in items.indices { items[place].marks = [] }
  }

  /// Refuses runs without any step where others of their tool have some, and nobody says how they ended.
  private mutating func judgeEmptiness() {
    guard case .furthest = map.lastStep else { return }
    var furthest: [Int: Int] = [:]
    for item in items where item.verdict == .adopted {
      guard let last = item.reach?.last else { continue }
      furthest[item.source] = max(furthest[item.source] ?? last, last)
    }
    for place in items.indices where items[place].verdict == .adopted {
      guard items[place].reach == nil, items[place].state == .unknown,
        let last = furthest[items[place].source]
      else { continue }
      items[place].verdict = .refused(
        .unfinished,
        "it has no steps, others end at \(last), and nothing says how it ended: "
          + "`lastStep` in a map says where runs end")
    }
  }

  /// Of several runs of one point with one result the first counts, of others none.
  private mutating func judgeRepetitions() {
    var groups: [Int: [Int]] = [:]
    for (place, item) in items.enumerated() where item.verdict == .adopted {
      if let job = item.job { groups[job, default: []].append(place) }
    }
    for places in groups.values where places.count > 1 {
      let first = places[0]
      let others = places.filter { items[$0].digest != items[first].digest }
      if others.isEmpty {
        for place in places.dropFirst() { items[place].verdict = .repeated(of: first) }
        continue
      }
      for place in places {
        let other = items[place].digest == items[first].digest ? others[0] : first
        items[place].verdict = .refused(.contradicted, contradiction(place, other))
      }
    }
  }

  private func contradiction(_ place: Int, _ other: Int) -> String {
    let tools = (tool(of: items[place]), tool(of: items[other]))
    let name = items[other].name + (tools.0 == tools.1 ? "" : " (\(tools.1))")
    // Two tools have watched the same program.
    let remedy =
      tools.0 == tools.1
      ? "" : ": \(tools.0) and \(tools.1) both record it; name the files or folders of one of them"
    guard let mine = reading(items[place])?.result, let theirs = reading(items[other])?.result,
      let difference = theirs.difference(from: mine, called: "there it")
    else { return "\(name) is another run of the same point\(remedy)" }
    return "\(name) is another run of the same point: here \(difference)\(remedy)"
  }

  /// Takes in that the store has results of some jobs: what became of other runs of these hinders nobody.
  public mutating func judgeSuperseded(done: Set<Int>) {
    let adopted = Set(items.lazy.filter { $0.verdict == .adopted }.compactMap(\.job)).union(done)
    for place in items.indices {
      guard case .refused(let refusal, let reason) = items[place].verdict,
        refusal == .unfinished || refusal == .damaged || refusal == .lacking,
        let job = items[place].job, adopted.contains(job)
      else { continue }
      items[place].verdict = .superseded(refusal, reason)
    }
  }

  /// Takes in what the store has of a run's job.
  ///
  /// - Parameter difference: How it differs from the run's; nil where it does not.
  public mutating func judge(_ item: Item, recorded difference: String?) {
    items[item.place].verdict =
      difference.map { .refused(.differs, "the store has another result, which stays: \($0)") }
      ?? .recorded
  }

  /// Refuses a run after all.
  public mutating func refuse(_ item: Item, _ refusal: Refusal, _ reason: String) {
    items[item.place].verdict = .refused(refusal, reason)
  }

  // MARK: Adopting

  /// A run that was read once more.
  public struct Reading: Sendable {
    /// The run.
    public let run: FoundRun
    /// Its result.
    public let result: JobResult
    /// The tool that recorded it.
    public let tool: String
  }

  /// Reads a run again; nil where its files have changed since.
  public func reading(_ item: Item) -> Reading? {
    let source = sources[item.source]
    let run = source.run(item.index)
    guard run.damage.isEmpty, case .result(let result, _) = maker.result(of: run),
      result.digest == item.digest
    else { return nil }
    return Reading(run: run, result: result, tool: source.tool)
  }

  /// The tool that recorded a run.
  public func tool(of item: Item) -> String { sources[item.source].tool }
}

extension ImportMap {
  /// In what a run differs from those that alone are taken; nil where it does not.
  fileprivate func difference(of run: FoundRun) -> String? {
    for (name, value) in only.sorted(by: { $0.key < $1.key }) {
      let other = String(name.map { $0 == "_" ? "-" : $0 })
      guard let text = run.field(name) ?? run.field(other) else {
        return "it does not record \(name): the map takes only \(value)"
      }
      guard RecordedValue.canonical(text) == RecordedValue.canonical(value) else {
        return "its \(name) is \(printable(text)): the map takes only \(value)"
      }
    }
    return nil
  }
}

extension CommandSpec {
  /// What a job of the workload `command` runs; nil for a job of any other.
  fileprivate init?(of job: Job) {
    guard job.workload == Self.workload, case .text(let text)? = job.parameters[Self.parameter]
    else { return nil }
    self.init(text: text)
  }
}
