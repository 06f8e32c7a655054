import Analysis
import Reports
import Store
import SweepModel

/// The figures of a sweep, shared by `plot` and `report`.
struct SweepFigures {
  /// The kinds of figures.
  enum Kind: String, CaseIterable {
    /// Loss against size, log–log, with the fit; this and the next four for each of the fits.
    case scaling
    /// What the fits leave over.
    case residuals
    /// The profile likelihood of the exponents.
    case profile
    /// The exponents over parts of the range; for fits with `FitSettings.selects`.
    case cutoffs
    /// The bootstrap's draws.
    case pairs
    /// Which subtasks are learned where.
    case emergence
    /// Loss against steps; training and test accuracy where jobs record both.
    case curves
    /// What runs have come to over two axes; steps to thresholds over one.
    case phases
    /// Training and test error over two axes, and sections through them.
    case landscape
  }

  let results: SweepResults
  let curve: (JobKey, String) throws -> Curve?
  let fits: [FitReport]

  /// At most so many points' curves stand in one figure.
  private static let families = 12

  init(_ results: SweepResults, fits: [FitReport]) {
    self.results = results
    self.fits = fits
    curve = results.curve
  }

  /// The figures of a kind, each with a short name; empty where the sweep has nothing to draw.
  func draw(_ kind: Kind) throws -> [(name: String, figure: Figure)] {
    switch kind {
    case .scaling: return drawFits(.scaling)
    case .residuals: return drawFits(.residuals)
    case .profile: return drawFits(.profile)
    case .cutoffs: return drawFits(.cutoffs)
    case .pairs: return drawFits(.pairs)
    case .emergence:
      guard let matrix = try emergence() else { return [] }
      return [("emergence", EmergenceFigure.draw(matrix, source: results.record.name))]
    case .curves: return try curves()
    case .phases: return try GrokkingFigures(results).phases()
    case .landscape: return GrokkingFigures(results).landscapes()
    }
  }

  /// Each named by its fit; the plain figure has no further name.
  private func drawFits(_ kind: FitFigure) -> [(name: String, figure: Figure)] {
    fits.flatMap { fit in
      kind.draw(fit).map { name, figure in
        (name == "scaling" ? fit.request.name : "\(fit.request.name)-\(name)", figure)
      }
    }
  }

  private func emergence() throws -> EmergenceMatrix? {
    guard let done = results.jobs.first(where: \.hasResult),
      try curve(done.job.key, "loss.subtasks") != nil
    else { return nil }
    let axes = fits.map(\.request.x)
    let axis = ["step", "samples"].first { axes.contains($0) } ?? "parameters"
    return try EmergenceMatrix(axis: axis, records: results.jobs, curve: curve)
  }

  /// Loss curves; accuracies of training and test samples where jobs have both.
  private func curves() throws -> [(name: String, figure: Figure)] {
    let loss = try CurveFamily.families(
      of: "loss", records: results.jobs, axes: results.record.axes, curve: curve)
    let accuracy = try CurveFamily.pairs(
      of: "accuracy", records: results.jobs, axes: results.record.axes, curve: curve)
    let title = AxisTitle.of("loss", lossUnit: results.signature?.lossUnit)
    return [
      ("curves", loss, CurvesFigure.Style(yTitle: title)),
      ("curves-accuracy", accuracy, CurvesFigure.Style(yTitle: "Accuracy", logY: false)),
    ].filter { !$0.1.isEmpty }.map { name, families, style in
      let figure = CurvesFigure.draw(
        title: results.record.name, families: thinned(families), style: style)
      return (name, figure)
    }
  }

  /// An even choice of the grid's points.
  private func thinned(_ families: [CurveFamily]) -> [CurveFamily] {
    let stride = max(1, (families.count + Self.families - 1) / Self.families)
    return families.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }
}
