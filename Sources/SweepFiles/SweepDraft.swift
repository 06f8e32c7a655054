import SweepModel

/// Settings and grid of a sweep file while overrides are applied, before jobs are made.
struct SweepDraft {
  /// The workload.
  let signature: WorkloadSignature
  /// Where the file's top level begins.
  let place: Place
  /// Parameters that are the same for all jobs, each an axis with one value.
  var settings: [SweepAxis] = []
  /// Where `settings:` stands.
  private(set) var settingsPlace: Place
  /// Where it is said what jobs keep.
  private let keepPlace: Place?
  /// What varies.
  var grid: Grid
  let isStored: Bool
  private var namedAxes: [String]?

  /// Creates a draft without settings or grid. One of a text that a store keeps may hold what was
  /// let pass when it was stored.
  init(
    signature: WorkloadSignature, place: Place, keepPlace: Place? = nil, isStored: Bool
  ) {
    self.signature = signature
    self.place = place
    self.keepPlace = keepPlace
    self.isStored = isStored
    settingsPlace = place
    grid = Grid(place: place)
  }

  /// Reads `settings:` and `grid:`; what is wrong with one entry does not hide the others' errors.
  mutating func read(_ fields: Fields, _ problems: Problems) {
    let reader = GridReader(signature: signature)
    if let entry = fields.entry("settings") {
      settingsPlace = entry.keyPlace
      if case .mapping(let entries) = entry.value.content {
        for entry in entries {
          if let setting = problems.trying(try reader.setting(entry)) { settings.append(setting) }
        }
      } else {
        problems.add(
          fields.wrong("settings", "a mapping from parameters to values", entry.value))
      }
    }
    if let entry = fields.entry("parameters"), fields["grid"] != nil {
      problems.add(
        entry.keyPlace.error(
          "\"parameters\" is another word for \"grid\", which is given too", "keep one"))
    }
    if let given = fields.entry("grid") ?? fields.entry("parameters") {
      let entry = NestedParameters.flat(given, problems)
      if let read = problems.trying(try reader.grid(entry, problems)) ?? nil {
        grid = read
        if !isStored { reader.check(grid, problems) }
      } else {
        namedAxes = GridReader.names(entry.value)
      }
    }
    for setting in settings {
      guard let axis = grid.axis(setting.spec.name) else { continue }
      problems.add(
        axis.place.error(
          "\"\(axis.spec.name)\" is given in \"settings\" too",
          "keep it there, or here to vary it"))
    }
  }

  /// The names that vary; of a grid that cannot be read, those that it mentions.
  var axisNames: [String] { namedAxes ?? grid.axisNames }

  /// Applies a `--set` argument; returns the name if it renames the sweep.
  mutating func apply(_ override: Override) throws(FileError) -> String? {
    let reader = GridReader(signature: signature)
    if override.key == "name", signature.parameter("name") == nil {
      guard let name = override.value.text else {
        throw override.value.place.error("\"name\" must be a name")
      }
      if let problem = SafeName.problem(name) {
        throw override.value.place.error("\"name\" \(problem), found \(quoted(name))")
      }
      if !isStored, let problem = SweepName.reserved(name, for: signature) {
        throw override.value.place.error("\"name\" \(problem)", SweepName.remedy)
      }
      return name
    }
    // It is read with the file's own word for it.
    if override.key == WeightRule.parameter, signature.keepsWeights { return nil }
    let axis = try SweepAxis(
      reader.spec(override.entry, beside: ["name"]), override.value, named: override.value.place)
    if try grid.replace(with: axis) { return nil }
    let index = settings.firstIndex { $0.spec.name == axis.spec.name }
    if axis.values.count == 1 {
      if let index { settings[index] = axis } else { settings.append(axis) }
      return nil
    }
    guard grid.points.isEmpty else {
      throw axis.place.error(
        "the grid lists points, so \"\(axis.spec.name)\" takes one value here",
        "edit the points instead")
    }
    if let index { settings.remove(at: index) }
    grid.dimensions.append(Grid.Dimension(axes: [axis]))
    return nil
  }

  /// Makes the jobs in grid order, those of additions at the end, one at a time, for `body` to take;
  /// returns the additions that brought any. Throws when there are none, too many, two the same, or
  /// when one is incomplete or impossible.
  ///
  /// - Parameter body: Is told the parameters and how to get the job's key, which takes time.
  func forEachJob(
    _ body: (_ parameters: Parameters, _ key: () -> JobKey) -> Void
  ) throws(FileError) -> Set<Int> {
    try checkCount()
    var maker = JobMaker(self)
    let mayRepeat =
      !(grid.points + grid.additions).isEmpty || !grid.axisNames.allSatisfy(tellsJobsApart)
    var numbers: [JobKey: Int] = [:]
    var additions: Set<Int> = []
    var count = 0
    try grid.forEachPoint { (point) throws(FileError) in
      try maker.go(to: point, number: count + 1)
      let key = mayRepeat ? maker.key() : nil
      if let key, let earlier = numbers[key] {
        if point.addition != nil { return }
        throw (point.place ?? grid.place).error(
          "points \(earlier) (\(text(ofJob: earlier))) and \(count + 1) (\(point.text)) "
            + "are the same job",
          "remove one")
      }
      guard count < SweepFile.maximumJobs else {
        throw (point.place ?? grid.place).error(
          "the sweep would have more than \(SweepFile.maximumJobs) jobs", "add fewer points")
      }
      count += 1
      if let key { numbers[key] = count }
      if let addition = point.addition { additions.insert(addition) }
      body(maker.parameters) { key ?? maker.key() }
    }
    guard count > 0 else {
      throw grid.place.error("the grid is empty: \"exclude\" leaves no point")
    }
    return additions
  }

  private func checkCount() throws(FileError) {
    guard let count = grid.count, count <= SweepFile.maximumJobs else {
      let number = grid.count.map { "\($0) points" } ?? "more points than 64 bits can count"
      throw grid.place.error(
        "the grid has \(number)", "a sweep may have at most \(SweepFile.maximumJobs) jobs")
    }
    guard count * grid.excludedValues <= Grid.maximumComparisons else {
      throw grid.place.error(
        "\(count) points are too many to compare with \(grid.excludedValues) excluded values",
        "narrow the axes instead of excluding")
    }
  }

  /// True when different values of a parameter make different jobs. Two names of images may mean
  /// the same ones.
  private func tellsJobsApart(_ name: String) -> Bool {
    guard let spec = signature.parameter(name), spec.decidesResult else { return false }
    if case .data = spec.kind { return false }
    return true
  }

  /// The job of a number from 1 among the file's own, for an error: its point is gone to again.
  private func text(ofJob number: Int) -> String {
    var maker = JobMaker(self)
    var count = 0
    var text = ""
    try? grid.forEachPoint { (point) throws(FileError) in
      count += 1
      guard count == number else { return }
      try maker.go(to: point, number: number)
      text = maker.text()
    }
    return text
  }

  /// Where a parameter's value was given: in the point, the grid or the settings.
  func place(of name: String, in point: Grid.Point) -> Place {
    if let keepPlace, name == WeightRule.parameter { return keepPlace }
    if let place = point.place, point.values.contains(where: { $0.name == name }) { return place }
    let axes = point.place == nil ? grid.dimensions.flatMap(\.axes) + settings : settings
    return axes.first { $0.spec.name == name }?.place ?? point.place ?? settingsPlace
  }
}
