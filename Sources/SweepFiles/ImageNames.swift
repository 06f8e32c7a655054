public import SweepModel

/// Tells which set of images a sweep file means by a name or a folder; throws what is wrong with it
/// and what to do.
public typealias ImageFinder = (String) throws(ParameterProblem) -> ImageSet

extension ImageSet {
  /// Finds sets by their own names alone and reads no folder.
  public static func named(_ text: String) throws(ParameterProblem) -> ImageSet {
    if let set = ImageSet(name: text) { return set }
    throw ParameterProblem(
      parameter: "images", message: "Unknown images \(quoted(text)); no folder is read here.")
  }
}

extension SweepDraft {
  /// Replaces every name or folder of images by the name of the set that it means, at the place of
  /// whose axis an error is thrown; returns what the folders meant. What `known` says of a folder
  /// comes before what it holds now.
  mutating func resolve(
    _ find: ImageFinder, known: [String: String]
  ) throws(FileError) -> [String: String] {
    guard signature.parameters.contains(where: { $0.kind == .images }) else { return [:] }
    var found = known
    func resolve(_ axis: inout SweepAxis) throws(FileError) { try axis.resolve(find, &found) }
    for index in settings.indices { try resolve(&settings[index]) }
    for dimension in grid.dimensions.indices {
      for index in grid.dimensions[dimension].axes.indices {
        try resolve(&grid.dimensions[dimension].axes[index])
      }
    }
    for list in [\Grid.exclusions, \Grid.points, \Grid.additions] {
      for assignment in grid[keyPath: list].indices {
        for index in grid[keyPath: list][assignment].axes.indices {
          try resolve(&grid[keyPath: list][assignment].axes[index])
        }
      }
    }
    return found
  }
}

extension SweepAxis {
  fileprivate mutating func resolve(
    _ find: ImageFinder, _ found: inout [String: String]
  ) throws(FileError) {
    guard spec.kind == .images else { return }
    for index in values.indices {
      guard case .text(let text) = values[index], ImageSet(name: text)?.name != text else {
        continue
      }
      do throws(ParameterProblem) {
        if found[text] == nil { found[text] = try find(text).name }
        values[index] = .text(found[text] ?? text)
      } catch {
        throw place.error("\"\(spec.name)\": \(error.message)")
      }
    }
  }
}
