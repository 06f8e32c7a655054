public import SweepModel

/// Tells which data set of a kind a sweep file means by a name or a path; throws what is wrong with it
/// and what to do.
public typealias DataFinder = (String, DataKind) throws(ParameterProblem) -> DataSet

extension DataSet {
  /// Finds sets by their own names alone and reads no file.
  public static func named(_ text: String, _ kind: DataKind) throws(ParameterProblem) -> DataSet {
    if let set = DataSet(name: text), set.kind == kind { return set }
    throw ParameterProblem(
      parameter: kind.rawValue,
      message: "Unknown \(kind.rawValue) \(quoted(text)); no folder is read here.")
  }
}

extension SweepDraft {
  /// Replaces every name or path of data by the name of the set that it means, at the place of
  /// whose axis an error is thrown; returns what the paths meant. What `known` says of a path
  /// comes before what it holds now.
  mutating func resolve(
    _ find: DataFinder, known: [String: String]
  ) throws(FileError) -> [String: String] {
    guard signature.parameters.contains(where: { $0.kind.data != nil }) else { return [:] }
    try settleDefaults()
    var found = known
    let problems = Problems()
    func resolve(_ axis: inout SweepAxis) { axis.resolve(find, &found, problems) }
    for index in settings.indices { resolve(&settings[index]) }
    for dimension in grid.dimensions.indices {
      for index in grid.dimensions[dimension].axes.indices {
        resolve(&grid.dimensions[dimension].axes[index])
      }
    }
    for list in [\Grid.exclusions, \Grid.points, \Grid.additions] {
      for assignment in grid[keyPath: list].indices {
        for index in grid[keyPath: list][assignment].axes.indices {
          resolve(&grid[keyPath: list][assignment].axes[index])
        }
      }
    }
    try problems.check()
    return found
  }
}

extension SweepDraft {
  /// Makes a setting of data that a signature has from the file by their path.
  private mutating func settleDefaults() throws(FileError) {
    for spec in signature.parameters where spec.kind.data != nil {
      guard case .text(let path)? = spec.defaultValue, DataSet(name: path) == nil,
        !spec.isWithoutData(spec.defaultValue),
        !(settings.map(\.spec.name) + grid.axisNames).contains(spec.name)
      else { continue }
      let value = YAMLValue(content: .scalar(path, isPlain: false), place: settingsPlace)
      settings.append(try SweepAxis(spec, value, named: settingsPlace))
    }
  }
}

extension SweepAxis {
  fileprivate mutating func resolve(
    _ find: DataFinder, _ found: inout [String: String], _ problems: Problems
  ) {
    guard let kind = spec.kind.data else { return }
    for index in values.indices {
      guard case .text(let text) = values[index], !spec.isWithoutData(values[index]) else {
        continue
      }
      // A set's own name stands for it; that of another kind's is no name here.
      let own = DataSet(name: text)
      if own?.name == text, own?.kind == kind { continue }
      do throws(ParameterProblem) {
        let known = found[text].flatMap { DataSet(name: $0) }
        let name = known?.kind == kind ? known?.name ?? text : try find(text, kind).name
        found[text] = name
        values[index] = .text(name)
      } catch {
        problems.add(place.error("\"\(spec.name)\": \(error.message)"))
      }
    }
  }
}
