import Analysis
import Reports
import Store
import SweepModel

/// The figures of grokking, shared by `analyze`, `plot` and `report`.
struct GrokkingFigures {
  typealias Named = (name: String, figure: Figure)

  private let results: SweepResults

  init(_ results: SweepResults) { self.results = results }

  private var source: String { results.record.name }

  /// Phase maps over two axes, or steps to thresholds over one; empty where the jobs record no steps
  /// to both accuracies or the grid has no axis.
  func phases() throws -> [Named] {
    guard let done = results.jobs.first(where: \.hasResult),
      ["steps.train", "steps.test"].allSatisfy({ done.number($0) != nil }),
      let planes = try? GridPlane.planes(of: results.jobs, axes: results.record.axes)
    else { return [] }
    let curves = planes.compactMap(milestones)
    return try curves.isEmpty ? maps(results.phaseMaps()) : curves
  }

  /// The pictures of maps of two axes.
  func maps(_ maps: [PhaseMap]) -> [Named] {
    maps.compactMap { map in
      PhaseFigure.draw(map, source: source).map { (name("phases", map.title), $0) }
    }
  }

  private func milestones(_ plane: GridPlane) -> Named? {
    let curves = MilestoneCurve.all(of: plane)
    guard !curves.isEmpty else { return nil }
    let figure = MilestoneFigure.draw(
      curves, axis: plane.x, source: plane.title.isEmpty ? source : "\(source) \(plane.title)",
      completeness: Completeness(records: plane.jobs, axes: results.record.axes))
    return (name("phases", plane.title), figure)
  }

  /// Heat maps over two axes, and sections through them.
  func landscapes() -> [Named] {
    Landscape.Quantity.allCases.flatMap { quantity in
      Landscape.all(
        quantity, of: results.jobs, axes: results.record.axes,
        best: results.signature?.landscapesShowBest ?? false
      ).flatMap { landscape in
        let map = LandscapeFigure.draw(landscape, source: source)
        let section = SectionFigure.draw(landscape, source: source)
        return [map.map { (name("landscape-\(quantity)", landscape.title), $0) }].compactMap(\.self)
          + [(name("sections-\(quantity)", landscape.title), section)]
      }
    }
  }

  private func name(_ kind: String, _ slice: String) -> String {
    slice.isEmpty ? kind : "\(kind)-\(slice)"
  }
}

extension SweepResults {
  /// The phases of this sweep's runs.
  func phaseMaps(
    x: String? = nil, y: String? = nil, rules: PhaseRules = PhaseRules()
  ) throws -> [PhaseMap] {
    try PhaseMap.maps(
      of: jobs, axes: record.axes, x: x, y: y, rules: rules, curve: curve)
  }
}
