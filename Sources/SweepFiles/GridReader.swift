import Basics
import SweepModel

/// Reads `grid:` against a workload's parameters.
struct GridReader {
  /// The workload.
  let signature: WorkloadSignature

  /// Reads the mapping; throws all that is wrong with it. One in which nothing is left because of
  /// earlier `problems` is nil.
  func grid(_ entry: YAMLEntry, _ problems: Problems) throws(FileError) -> Grid? {
    let value = entry.value
    guard case .mapping(let entries) = value.content else {
      throw value.place.error(
        "\"\(entry.key)\" must be a mapping from parameters to values, found \(value.found)",
        "write for example {width: [10, 20], seed: [0, 1, 2]}")
    }
    var grid = Grid(place: entry.keyPlace)
    let own = Problems()
    for entry in entries {
      switch entry.key {
      case "zip": grid.dimensions += own.trying(try zipped(entry)) ?? []
      case "exclude": grid.exclusions = own.trying(try assignments(entry, single: false)) ?? []
      case "points": grid.points = own.trying(try assignments(entry, single: true)) ?? []
      default:
        if let axis = own.trying(try axis(entry)) {
          grid.dimensions.append(Grid.Dimension(axes: [axis]))
        }
      }
    }
    try own.check()
    guard !(grid.dimensions.isEmpty && grid.points.isEmpty) else {
      guard problems.isEmpty else { return nil }
      throw entry.keyPlace.error(
        "the grid is empty", "leave \"\(entry.key)\" out for a sweep of one job")
    }
    checkTwice(grid, own)
    checkExclusions(grid, own)
    try own.check()
    return grid
  }

  /// One parameter that is the same for every job.
  func setting(_ entry: YAMLEntry) throws(FileError) -> SweepAxis {
    let spec = try spec(entry)
    switch entry.value.content {
    case .list, .mapping:
      throw entry.value.place.error(
        "\"\(spec.name)\" must be one value under \"settings\", found \(entry.value.found)",
        "move it to \"grid\" to vary it")
    default: return try SweepAxis(spec, entry.value, named: entry.keyPlace)
    }
  }

  /// One axis; its name must be a parameter of the workload.
  func axis(_ entry: YAMLEntry) throws(FileError) -> SweepAxis {
    // What the command line takes, a file takes otherwise.
    if let text = entry.value.text, text.hasPrefix("range("), text.hasSuffix(")") {
      let ends = text.dropFirst("range(".count).dropLast()
      throw entry.value.place.error(
        "\(quoted(entry.key)) is the one word \(quoted(text)) here",
        "write {range: [\(ends)]} in a file, or the word in a list to mean it: [\(quoted(text))]")
    }
    return try SweepAxis(
      spec(entry, beside: SweepKeys.gridWords), entry.value, named: entry.keyPlace)
  }

  /// The parameter that a key names.
  func spec(_ entry: YAMLEntry, beside words: [String] = []) throws(FileError) -> ParameterSpec {
    let own = signature.parameters.filter { $0.role != .keeping }
    if let spec = own.first(where: { $0.name == entry.key }) { return spec }
    let names = own.map(\.name) + words
    throw entry.keyPlace.error(
      "unknown parameter \(quoted(entry.key)) of \(signature.name)",
      SweepKeys.home(of: entry.key) ?? NearestWord.remedy(for: entry.key, in: names))
  }

  /// `zip:` as one mapping, or as a list of mappings.
  private func zipped(_ entry: YAMLEntry) throws(FileError) -> [Grid.Dimension] {
    let problems = Problems()
    var dimensions: [Grid.Dimension] = []
    for group in entry.value.elements {
      guard case .mapping(let entries) = group.content, !entries.isEmpty else {
        problems.add(
          group.place.error(
            "\"zip\" must be a mapping from parameters to values, found \(group.found)",
            "write for example zip: {bits: [10, 20], subset: [2, 3]}"))
        continue
      }
      let axes = problems.collecting(entries) { entry throws(FileError) in
        try SweepAxis(spec(entry), entry.value, named: entry.keyPlace)
      }
      for axis in axes where axis.values.count != axes[0].values.count {
        problems.add(
          axis.place.error(
            "\"\(axis.spec.name)\" has \(axis.values.count) values but "
              + "\"\(axes[0].spec.name)\" has \(axes[0].values.count)",
            "axes under \"zip\" step together"))
      }
      dimensions.append(Grid.Dimension(axes: axes))
    }
    try problems.check()
    return dimensions
  }

  /// The list of assignments under `exclude:` or `points:`.
  private func assignments(
    _ entry: YAMLEntry, single: Bool
  ) throws(FileError) -> [Grid.Assignment] {
    let example = "write for example \(entry.key): [{width: 10, seed: 2}]"
    guard case .list(let items) = entry.value.content, !items.isEmpty else {
      let found = if case .list = entry.value.content { "an empty list" } else { entry.value.found }
      throw entry.value.place.error(
        "\"\(entry.key)\" must be a list of mappings, found \(found)", example)
    }
    let problems = Problems()
    var result: [Grid.Assignment] = []
    var valueCount = 0
    for item in items where !problems.areTooMany {
      guard case .mapping(let entries) = item.content, !entries.isEmpty else {
        problems.add(
          item.place.error(
            "\"\(entry.key)\" must be a list of mappings, found \(item.found)", example))
        continue
      }
      let axes = problems.collecting(entries) { entry throws(FileError) in
        try assigned(entry, single: single)
      }
      valueCount += axes.reduce(0) { $0 + $1.values.count }
      guard valueCount <= AxisKeys.maximumValues else {
        throw item.place.error(
          "more than \(AxisKeys.maximumValues) values under this list",
          "name fewer of them, or split the sweep")
      }
      result.append(Grid.Assignment(place: item.place, axes: axes))
    }
    try problems.check()
    return result
  }

  private func assigned(_ entry: YAMLEntry, single: Bool) throws(FileError) -> SweepAxis {
    let spec = try spec(entry)
    if single, case .list = entry.value.content {
      throw entry.value.place.error("\"\(spec.name)\" of a point must be one value, found a list")
    }
    let axis = try SweepAxis(spec, entry.value, named: entry.keyPlace)
    if single, axis.values.count > 1 {
      throw entry.value.place.error("\"\(spec.name)\" of a point must be one value")
    }
    return axis
  }

  private func checkTwice(_ grid: Grid, _ problems: Problems) {
    var seen: Set<String> = []
    for axis in grid.dimensions.flatMap(\.axes) where !seen.insert(axis.spec.name).inserted {
      problems.add(axis.place.error("\"\(axis.spec.name)\" is in the grid twice", "keep one"))
    }
  }

  private func checkExclusions(_ grid: Grid, _ problems: Problems) {
    let names = grid.dimensions.flatMap(\.axes).map(\.spec.name)
    for axis in grid.exclusions.flatMap(\.axes) where !names.contains(axis.spec.name) {
      problems.add(
        axis.place.error(
          "\"exclude\" names \"\(axis.spec.name)\", which is no axis of the grid",
          NearestWord.remedy(for: axis.spec.name, in: names)))
    }
  }
}
