import Basics

/// What a program has written of its metrics so far.
///
/// Its memory is bounded: beyond a number of names further ones are left out, beyond a number of rows
/// series are thinned, each with a note.
public struct MetricBook: Sendable, Hashable {
  /// A value that has no step: a summary, a result.
  public struct Scalar: Sendable, Hashable {
    /// What it is called.
    public internal(set) var name: String
    /// The last that was written.
    public internal(set) var value: Double
  }

  /// How much a book holds.
  struct Limits: Hashable {
    /// Names of series, and as many of scalars.
    var names = 100_000
    /// Bytes of a name.
    var nameLength = 512
    /// Rows of one series.
    var seriesRows = 1 << 18
    /// Rows of all series.
    var rows = 1 << 22
    /// Rows that a series keeps, however many series there are.
    var leastRows = 16
    var notes = 20
  }

  /// In the order of their first appearance.
  public private(set) var series: [Series] = []
  /// In the order of their first appearance.
  public private(set) var scalars: [Scalar] = []
  /// What a person should know of it, a sentence each, at most a few.
  public private(set) var notes: [String] = []
  /// Those notes that tell of values which were written and are not here.
  public private(set) var losses: [String] = []

  private let limits: Limits
  private var seriesLimit: Int
  private var rows = 0
  private var places: [String: Int] = [:]
  private var scalarPlaces: [String: Int] = [:]
  private var told: Set<Topic> = []

  /// What is said once.
  private enum Topic {
    case goingBack
    case lateness
    case thinning
    case names
    case longNames
  }

  /// An empty book.
  public init() { self.init(limits: Limits()) }

  init(limits: Limits) {
    self.limits = limits
    seriesLimit = limits.seriesRows
  }

  /// The series of a name.
  public subscript(name: String) -> Series? { places[name].map { series[$0] } }

  /// The scalar of a name.
  public func scalar(_ name: String) -> Double? { scalarPlaces[name].map { scalars[$0].value } }

  /// Adds a row to a series.
  ///
  /// - Parameter step: nil for the series' next one, from 0. A step that is there already: the program
  ///   has gone back, as from a checkpoint, and this row takes the place of those from there on. One before
  ///   the last that is not there is late, as threads are that log at once, and has its place between them.
  public mutating func record(_ name: String, _ value: Double, at step: Int?) {
    guard let place = place(of: name) else { return }
    let before = series[place].steps.count
    let step = step ?? series[place].nextStep
    if let last = series[place].steps.last, step < last, !series[place].isLate(step),
      isFirst(.goingBack)
    {
      note(
        "Steps went back, first those of \(shown(name)), from \(last) to \(step): "
          + "what was written for such steps before has been replaced.")
    }
    if series[place].isLate(step), isFirst(.lateness) {
      note(
        "Rows came out of order, first those of \(shown(name)), where step \(step) came after "
          + "\(series[place].steps.last ?? step): each has its place by its step. Where the program began "
          + "anew meanwhile, two courses stand in one curve.")
    }
    series[place].record(value, at: step)
    rows += series[place].steps.count - before
    thin(place)
  }

  /// Adds what a later attempt has written: its rows take the place of all from the first of theirs on.
  public mutating func append(_ later: Series) {
    guard let first = later.steps.first, let place = place(of: later.name) else { return }
    rows -= series[place].steps.count
    series[place].goBack(to: first)
    guard !series[place].steps.isEmpty else {
      series[place] = later
      rows += later.steps.count
      return thin(place)
    }
    rows += series[place].steps.count
    for (step, value) in zip(later.steps, later.values) { record(later.name, value, at: step) }
    series[place].weigh(later)
  }

  /// The same under other names.
  public func named(_ name: (String) -> String) -> MetricBook {
    var book = self
    for index in book.series.indices { book.series[index].name = name(series[index].name) }
    for index in book.scalars.indices { book.scalars[index].name = name(scalars[index].name) }
    book.places = Dictionary(
      book.series.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    book.scalarPlaces = Dictionary(
      book.scalars.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return book
  }

  /// Sets a value without a step.
  public mutating func recordScalar(_ name: String, _ value: Double) {
    if let place = scalarPlaces[name] {
      scalars[place].value = value
    } else if isNew(name, known: scalars.count) {
      scalarPlaces[name] = scalars.count
      scalars.append(Scalar(name: name, value: value))
    }
  }

  /// Adds a sentence, once; beyond a few it is left out.
  public mutating func note(_ sentence: String) {
    guard notes.count < limits.notes else { return }
    let text = String(printable(sentence).prefix(400))
    if !notes.contains(text) { notes.append(text) }
  }

  /// Adds a sentence about a name that looked like the step's and holds a number that is none.
  mutating func noteFraction(in name: String) {
    note(
      "\(shown(name)) holds numbers that are not whole: it is no step from there on, and rows are "
        + "counted instead.")
  }

  /// Adds a sentence about values that were left out because they could not be read.
  mutating func noteLoss(_ sentence: String) {
    note(sentence)
    if losses.isEmpty { losses = [sentence] }
  }

  private mutating func isFirst(_ topic: Topic) -> Bool { told.insert(topic).inserted }

  /// Takes series and scalars out, of a source that starts over.
  mutating func forget(_ names: Set<String>) {
    guard !names.isEmpty else { return }
    series.removeAll { names.contains($0.name) }
    scalars.removeAll { names.contains($0.name) }
    rows = series.reduce(0) { $0 + $1.steps.count }
    places = Dictionary(uniqueKeysWithValues: series.enumerated().map { ($1.name, $0) })
    scalarPlaces = Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1.name, $0) })
  }

  private mutating func place(of name: String) -> Int? {
    if let place = places[name] { return place }
    guard isNew(name, known: series.count) else { return nil }
    places[name] = series.count
    series.append(Series(name: name))
    return series.count - 1
  }

  /// Whether a name may be added; notes why not.
  private mutating func isNew(_ name: String, known: Int) -> Bool {
    guard !name.isEmpty, name.utf8.count <= limits.nameLength else {
      if !name.isEmpty, isFirst(.longNames) {
        note(
          "A name of \(name.utf8.count) bytes, \(shown(name)), is left out: at most "
            + "\(limits.nameLength) are kept.")
      }
      return false
    }
    guard known < limits.names else {
      if isFirst(.names) {
        note("There are more than \(limits.names) names of metrics: further ones are left out.")
      }
      return false
    }
    return true
  }

  /// Halves the resolution of series as long as too much is held.
  private mutating func thin(_ place: Int) {
    if series[place].steps.count > seriesLimit {
      rows -= series[place].halve()
      noteThinning(series[place].name)
    }
    while rows > limits.rows, seriesLimit > limits.leastRows {
      seriesLimit /= 2
      for index in series.indices where series[index].steps.count > seriesLimit {
        rows -= series[index].halve()
        noteThinning(series[index].name)
      }
    }
  }

  private mutating func noteThinning(_ name: String) {
    guard isFirst(.thinning) else { return }
    note(
      "Long series are thinned, first \(shown(name)): every second row is kept, then every fourth "
        + "and so on, and the first and the last one.")
  }

  private func shown(_ name: String) -> String {
    "\u{201C}\(printable(String(name.prefix(60))))\u{201D}"
  }
}
