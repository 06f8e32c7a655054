import SweepModel

/// One `--add` argument: values for some parameters, combined with what the grid has of the others.
///
/// `seed=3,4` adds these seeds to every point; `width=5,seed=0` adds one point to a grid of these two
/// axes, and a point for every value of a third one. A value list ends where the next `key=` begins.
struct Addition {
  /// The keys with their values.
  let entries: [YAMLEntry]
  /// The argument, for errors.
  let place: Place

  /// Reads the argument.
  init(_ argument: String) throws(FileError) {
    place = Override.place(of: "--add", argument)
    var entries: [YAMLEntry] = []
    for piece in Self.pieces(argument) {
      let entry = try Override(piece, of: "--add", whole: argument).entry
      guard !entries.contains(where: { $0.key == entry.key }) else {
        throw place.error("\(quoted(entry.key)) is named twice", "write each once")
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  /// The keys of an argument, without looking at its values.
  static func keys(_ argument: String) -> [String] {
    pieces(argument).map { Override.trim($0[..<($0.firstIndex(of: "=") ?? $0.endIndex)]) }
  }

  /// `width=5,6` and `seed=0` of `width=5,6,seed=0`: a part begins after a comma outside brackets
  /// where an `=` comes before the next one.
  private static func pieces(_ argument: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in argument {
      switch character {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      default: break
      }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    var pieces: [String] = []
    for part in parts {
      if part.contains("=") || pieces.isEmpty {
        pieces.append(part)
      } else {
        pieces[pieces.count - 1] += "," + part
      }
    }
    return pieces
  }
}

extension SweepDraft {
  /// Takes an addition up. Throws where a name is no parameter, or only a part of what steps together
  /// under `zip:`.
  mutating func add(_ addition: Addition) throws(FileError) {
    let reader = GridReader(signature: signature)
    var axes: [SweepAxis] = []
    for entry in addition.entries {
      if entry.key == "name", signature.parameter("name") == nil {
        throw addition.place.error("a sweep has one name", "rename it with --set name=…")
      }
      axes.append(try SweepAxis(reader.spec(entry), entry.value, named: addition.place))
    }
    let named = Set(axes.map(\.spec.name))
    for dimension in grid.dimensions where dimension.axes.count > 1 {
      let names = dimension.axes.map(\.spec.name)
      guard !named.isDisjoint(with: names) else { continue }
      guard named.isSuperset(of: names) else {
        throw addition.place.error(
          "\(names.map { "\"\($0)\"" }.joined(separator: " and ")) step together under \"zip\"",
          "name all of them, such as --add \(names.map { "\($0)=…" }.joined(separator: ","))")
      }
      let counts = axes.filter { names.contains($0.spec.name) }.map(\.values.count)
      guard Set(counts).count == 1 else {
        throw addition.place.error(
          "\(names.map { "\"\($0)\"" }.joined(separator: " and ")) need equally many values",
          "axes under \"zip\" step together")
      }
    }
    grid.additions.append(Grid.Assignment(place: addition.place, axes: axes))
  }
}

extension Grid {
  /// The points that an addition asks for: its values with whatever `known` points have of the axes
  /// that it does not name. Some of them may be known.
  func points(ofAddition index: Int, beside known: [Point]) throws(FileError) -> [Point] {
    let addition = additions[index]
    let names = Set(addition.axes.map(\.spec.name))
    var seen: Set<Parameters> = []
    var rests: [[(name: String, value: Value)]] = []
    for point in known {
      let rest = point.values.filter { !names.contains($0.name) }
      let entries = rest.map { Parameters.Entry(name: $0.name, value: $0.value) }
      if seen.insert(Parameters(entries)).inserted { rests.append(rest) }
    }
    let combinations = try combinations(addition)
    guard rests.count * combinations.count <= SweepFile.maximumJobs else {
      throw addition.place.error(
        "it adds \(rests.count * combinations.count) points",
        "a sweep may have at most \(SweepFile.maximumJobs) jobs")
    }
    let order = axisNames
    return rests.flatMap { rest in
      combinations.map { values in
        let all = (rest + values).sorted {
          (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0)
        }
        return Point(values: all, place: addition.place, addition: index)
      }
    }
  }

  /// The product of an addition's values; those of axes under one `zip:` step together.
  private func combinations(
    _ addition: Assignment
  ) throws(FileError) -> [[(name: String, value: Value)]] {
    var combinations: [[(name: String, value: Value)]] = [[]]
    var left = addition.axes
    while let axis = left.first {
      let zipped = dimensions.first { $0.axes.contains { $0.spec.name == axis.spec.name } }
      let names = zipped?.axes.map(\.spec.name) ?? [axis.spec.name]
      let group = left.filter { names.contains($0.spec.name) }
      left.removeAll { names.contains($0.spec.name) }
      guard combinations.count * axis.values.count <= SweepFile.maximumJobs else {
        throw addition.place.error(
          "it adds more points than a sweep may have jobs",
          "a sweep may have at most \(SweepFile.maximumJobs) jobs")
      }
      combinations = combinations.flatMap { combination in
        axis.values.indices.map { step in
          combination + group.map { (name: $0.spec.name, value: $0.values[step]) }
        }
      }
    }
    return combinations
  }
}
