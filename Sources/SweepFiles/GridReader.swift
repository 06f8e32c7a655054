import Basics
import SweepModel

/// Reads `grid:` against a workload's parameters.
struct GridReader {
  /// The workload.
  let signature: WorkloadSignature

  /// Reads the mapping. Throws when it is no mapping or empty. What is wrong with an entry goes to
  /// `problems`; then there is no grid.
  func grid(_ entry: YAMLEntry, _ problems: inout Problems) throws(FileError) -> Grid? {
    let value = entry.value
    guard case .mapping(let entries) = value.content else {
      throw value.place.error(
        "\"\(entry.key)\" must be a mapping from parameters to values, found \(value.found)",
        "write for example {width: [10, 20], seed: [0, 1, 2]}")
    }
    var grid = Grid(place: entry.keyPlace)
    var own = Problems()
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
    guard own.isEmpty else {
      problems.add(own)
      return nil
    }
    guard !(grid.dimensions.isEmpty && grid.points.isEmpty) else {
      guard problems.isEmpty else { return nil }
      throw entry.keyPlace.error(
        "the grid is empty", "leave \"\(entry.key)\" out for a sweep of one job")
    }
    try checkTwice(grid)
    try checkExclusions(grid)
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
    try SweepAxis(spec(entry, beside: SweepKeys.gridWords), entry.value, named: entry.keyPlace)
  }

  /// The parameter that a key names.
  func spec(_ entry: YAMLEntry, beside words: [String] = []) throws(FileError) -> ParameterSpec {
    if let spec = signature.parameter(entry.key) { return spec }
    let names = signature.parameters.map(\.name) + words
    throw entry.keyPlace.error(
      "unknown parameter \(quoted(entry.key)) of \(signature.name)",
      SweepKeys.home(of: entry.key) ?? NearestWord.remedy(for: entry.key, in: names))
  }

  /// `zip:` as one mapping, or as a list of mappings.
  private func zipped(_ entry: YAMLEntry) throws(FileError) -> [Grid.Dimension] {
    var dimensions: [Grid.Dimension] = []
    for group in entry.value.elements {
      guard case .mapping(let entries) = group.content, !entries.isEmpty else {
        throw group.place.error(
          "\"zip\" must be a mapping from parameters to values, found \(group.found)",
          "write for example zip: {bits: [10, 20], subset: [2, 3]}")
      }
      var axes: [SweepAxis] = []
      for entry in entries {
        let axis = try SweepAxis(spec(entry), entry.value, named: entry.keyPlace)
        if let first = axes.first, first.values.count != axis.values.count {
          throw entry.keyPlace.error(
            "\"\(axis.spec.name)\" has \(axis.values.count) values but \"\(first.spec.name)\" has "
              + "\(first.values.count)", "axes under \"zip\" step together")
        }
        axes.append(axis)
      }
      dimensions.append(Grid.Dimension(axes: axes))
    }
    return dimensions
  }

  /// The list of assignments under `exclude:` or `points:`.
  private func assignments(
    _ entry: YAMLEntry, single: Bool
  ) throws(FileError) -> [Grid.Assignment] {
    guard case .list(let items) = entry.value.content, !items.isEmpty else {
      let found = if case .list = entry.value.content { "an empty list" } else { entry.value.found }
      throw entry.value.place.error(
        "\"\(entry.key)\" must be a list of mappings, found \(found)",
        "write for example \(entry.key): [{width: 10, seed: 2}]")
    }
    var result: [Grid.Assignment] = []
    var valueCount = 0
    for item in items {
      guard case .mapping(let entries) = item.content, !entries.isEmpty else {
        throw item.place.error(
          "\"\(entry.key)\" must be a list of mappings, found \(item.found)",
          "write for example \(entry.key): [{width: 10, seed: 2}]")
      }
      var axes: [SweepAxis] = []
      for entry in entries {
        let spec = try spec(entry)
        if single, case .list = entry.value.content {
          throw entry.value.place.error(
            "\"\(spec.name)\" of a point must be one value, found a list")
        }
        let axis = try SweepAxis(spec, entry.value, named: entry.keyPlace)
        if single, axis.values.count > 1 {
          throw entry.value.place.error("\"\(spec.name)\" of a point must be one value")
        }
        valueCount += axis.values.count
        guard valueCount <= AxisKeys.maximumValues else {
          throw entry.value.place.error(
            "more than \(AxisKeys.maximumValues) values under this list",
            "name fewer of them, or split the sweep")
        }
        axes.append(axis)
      }
      result.append(Grid.Assignment(place: item.place, axes: axes))
    }
    return result
  }

  private func checkTwice(_ grid: Grid) throws(FileError) {
    var seen: [String: Place] = [:]
    for axis in grid.dimensions.flatMap(\.axes) {
      if seen[axis.spec.name] != nil {
        throw axis.place.error("\"\(axis.spec.name)\" is in the grid twice", "keep one")
      }
      seen[axis.spec.name] = axis.place
    }
  }

  private func checkExclusions(_ grid: Grid) throws(FileError) {
    let names = grid.dimensions.flatMap(\.axes).map(\.spec.name)
    for axis in grid.exclusions.flatMap(\.axes) where !names.contains(axis.spec.name) {
      throw axis.place.error(
        "\"exclude\" names \"\(axis.spec.name)\", which is no axis of the grid",
        NearestWord.remedy(for: axis.spec.name, in: names))
    }
  }
}
