package import Analysis
package import Reports
import Store
import SweepModel

/// The figures of grokking, shared by `analyze`, `plot` and `report`.
package struct GrokkingFigures {
  package typealias Named = SweepFigures.Named

  /// The figures of a grid's slices, drawn when they are asked for; or why there are none.
  enum Slices {
    case drawn([() -> [Named]])
    case absent(String)
  }

  private let results: SweepResults
  private let style: FigureStyle

  package init(_ results: SweepResults, style: FigureStyle = .screen) {
    self.results = results
    self.style = style
  }

  private var source: String { results.record.name }

  /// Phase maps over two axes, or steps to thresholds over one.
  func phases() throws -> Slices {
    guard results.recordsPhases else { return .absent(SweepResults.phaseNeeds) }
    let planes: [GridPlane]
    do {
      planes = try GridPlane.planes(
        of: results.jobs, axes: results.record.axes, mayTakeSeed: true)
    } catch {
      return .absent("\(error)")
    }
    guard planes.contains(where: { $0.y == nil }) else {
      return .drawn(try results.phaseMaps().map { map in { maps([map]) } })
    }
    return .drawn(planes.map { plane in { [milestones(plane)].compactMap(\.self) } })
  }

  /// The pictures of maps of two axes.
  package func maps(_ maps: [PhaseMap]) -> [Named] {
    maps.compactMap { map in
      PhaseFigure.draw(map, source: source, titles: results.titles, style: style).map {
        (name("phases", map.title), $0)
      }
    }
  }

  private func milestones(_ plane: GridPlane) -> Named? {
    let curves = MilestoneCurve.all(
      of: plane, milestones: results.signature?.milestones ?? [])
    guard !curves.isEmpty else { return nil }
    let figure = MilestoneFigure.draw(
      curves, axis: plane.x, source: plane.title.isEmpty ? source : "\(source) \(plane.title)",
      completeness: Completeness(records: plane.jobs, axes: results.record.axes),
      titles: results.titles, style: style)
    return (name("phases", plane.title), figure)
  }

  /// Heat maps over two axes, and sections through them; of a slice those of loss and error.
  func landscapes() -> Slices {
    let landscapes = Landscape.Quantity.allCases.map { quantity in
      Landscape.all(
        quantity, of: results.jobs, axes: results.record.axes,
        signature: results.signature)
    }
    let count = landscapes.map(\.count).max() ?? 0
    guard count == 0 else {
      return .drawn(
        (0..<count).map { slice in
          { landscapes.filter { slice < $0.count }.flatMap { figures($0[slice]) } }
        })
    }
    do {
      _ = try GridPlane.planes(of: results.jobs, axes: results.record.axes)
    } catch {
      return .absent("\(error)")
    }
    return .absent(
      "its jobs record no final loss or accuracy of their training samples beside those of test "
        + "samples (train.loss.final and loss.final, train.accuracy.final and accuracy.final), as "
        + "those of the grokking and Omnigrok workloads do")
  }

  private func figures(_ landscape: Landscape) -> [Named] {
    let quantity = landscape.quantity
    let map = LandscapeFigure.draw(
      landscape, source: source, titles: results.titles, style: style)
    let section = SectionFigure.draw(
      landscape, source: source, titles: results.titles, style: style)
    return [map.map { (name("landscape-\(quantity)", landscape.title), $0) }].compactMap(\.self)
      + [(name("sections-\(quantity)", landscape.title), section)]
  }

  private func name(_ kind: String, _ slice: String) -> String {
    slice.isEmpty ? kind : "\(kind)-\(slice)"
  }
}

extension SweepResults {
  /// What phases are read off.
  package static let phaseNeeds =
    "its jobs do not record when training and test accuracy reached their thresholds (steps.train "
    + "and steps.test), as those of the grokking and Omnigrok workloads do"

  /// True where a finished job says when both accuracies reached their thresholds.
  package var recordsPhases: Bool {
    jobs.first(where: \.hasResult).map { done in
      let goals = signature?.milestones.filter { $0.samples != nil } ?? []
      return goals.count == 2 && goals.allSatisfy { done.number($0.steps) != nil }
    } ?? false
  }

  /// The phases of this sweep's runs.
  package func phaseMaps(
    x: String? = nil, y: String? = nil, rules: PhaseRules = PhaseRules()
  ) throws -> [PhaseMap] {
    try PhaseMap.maps(
      of: jobs, axes: record.axes, milestones: signature?.milestones ?? [], x: x, y: y,
      rules: rules, curve: curve)
  }
}
