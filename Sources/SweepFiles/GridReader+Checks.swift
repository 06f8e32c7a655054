import SweepModel

// What a grid says that cannot have been meant.

extension GridReader {
  /// Exclusions, or values of them, that leave nothing out, and points that leave open what varies.
  func check(_ grid: Grid, _ problems: Problems) {
    for exclusion in grid.exclusions { check(exclusion, of: grid, problems) }
    checkPoints(grid, problems)
  }

  /// Every parameter that a grid mentions, whatever else is wrong with it.
  static func names(_ grid: YAMLValue) -> [String] {
    guard case .mapping(let entries) = grid.content else { return [] }
    return entries.flatMap { entry in
      guard SweepKeys.gridWords.contains(entry.key) else { return [entry.key] }
      return entry.value.elements.flatMap(names)
    }
  }

  /// Dimensions are independent, so an exclusion meets a point when each of them meets it.
  private func check(_ exclusion: Grid.Assignment, of grid: Grid, _ problems: Problems) {
    // What a folder of images means is not known before it is read.
    let excluded = Dictionary(
      exclusion.axes.filter { $0.spec.kind.data == nil }.map { ($0.spec.name, $0) },
      uniquingKeysWith: { first, _ in first }
    ).mapValues { (axis: $0, values: Set($0.values)) }
    for dimension in grid.dimensions {
      let named = dimension.axes.compactMap { axis in
        excluded[axis.spec.name].map { (axis, $0.axis, $0.values) }
      }
      for (axis, own, _) in named {
        let known = Set(axis.values)
        let strange = own.values.filter { !known.contains($0) }
        guard strange.count > (own.isListed ? 0 : own.values.count - 1) else { continue }
        let shown = strange.prefix(3).map(\.description).joined(separator: ", ")
        problems.add(
          own.place.error(
            "\"exclude\" matches no point\(strange.count < own.values.count ? " there" : ""): "
              + "\"\(axis.spec.name)\" is never " + shown + (strange.count > 3 ? ", …" : ""),
            "it has \(Self.list(axis.values)); mend the value or remove "
              + (strange.count < own.values.count ? "it" : "the exclusion")))
      }
      guard named.count > 1, problems.isEmpty else { continue }
      let meets = (0..<dimension.count).contains { step in
        named.allSatisfy { axis, _, values in values.contains(axis.values[step]) }
      }
      guard !meets, let first = named.first else { continue }
      let names = named.map { "\"\($0.0.spec.name)\"" }.joined(separator: " and ")
      problems.add(
        first.1.place.error(
          "\"exclude\" matches no point: \(names), which step together, never have these values",
          "mend the values or remove the exclusion"))
    }
  }

  private func checkPoints(_ grid: Grid, _ problems: Problems) {
    let product = grid.dimensions.flatMap(\.axes).map(\.spec.name)
    let names = product + grid.points.flatMap(\.axes).map(\.spec.name)
    for point in grid.points where !problems.areTooMany {
      let own = Set(point.axes.map(\.spec.name))
      guard let missing = names.first(where: { !own.contains($0) }) else { continue }
      problems.add(
        point.place.error(
          "this point does not say \"\(missing)\", which "
            + (product.contains(missing) ? "the grid varies" : "other points name"),
          "add \"\(missing): …\" to it"))
    }
  }

  private static func list(_ values: [Value]) -> String {
    guard values.count > 6 else { return values.map(\.description).joined(separator: ", ") }
    return values.prefix(3).map(\.description).joined(separator: ", ") + ", …, "
      + (values.last?.description ?? "") + " (\(values.count) values)"
  }
}
