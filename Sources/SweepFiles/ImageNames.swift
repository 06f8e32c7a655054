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
  /// whose axis an error is thrown.
  mutating func resolve(_ find: ImageFinder) throws(FileError) {
    guard signature.parameters.contains(where: { $0.kind == .images }) else { return }
    for index in settings.indices { try settings[index].resolve(find) }
    for dimension in grid.dimensions.indices {
      for index in grid.dimensions[dimension].axes.indices {
        try grid.dimensions[dimension].axes[index].resolve(find)
      }
    }
    for list in [\Grid.exclusions, \Grid.points] {
      for assignment in grid[keyPath: list].indices {
        for index in grid[keyPath: list][assignment].axes.indices {
          try grid[keyPath: list][assignment].axes[index].resolve(find)
        }
      }
    }
  }
}

extension Axis {
  fileprivate mutating func resolve(_ find: ImageFinder) throws(FileError) {
    guard spec.kind == .images else { return }
    for index in values.indices {
      guard case .text(let text) = values[index] else { continue }
      do {
        values[index] = .text(try find(text).name)
      } catch {
        throw place.error("\"\(spec.name)\": \(error.message)")
      }
    }
  }
}
