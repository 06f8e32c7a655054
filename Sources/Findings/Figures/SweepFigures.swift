package import Analysis
package import Reports
import Store
import SweepModel

/// The figures of a sweep, shared by `plot` and `report`. None of them ever keeps the others from
/// being drawn: what cannot be drawn is left out with a sentence.
package struct SweepFigures {
  /// The kinds of figures.
  package enum Kind: String, CaseIterable {
    /// Loss against size, log–log, with the fit; this and the next five for each of the fits.
    case scaling
    /// The exponents against a numeric axis that splits the fit.
    case exponents
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

  /// A figure and its short name.
  package typealias Named = (name: String, figure: Figure)

  /// What came of a kind.
  package struct Drawing {
    /// The figures, each with a short name.
    package var figures: [Named] = []
    /// What is left out, and why; full sentences.
    package var omissions: [String] = []
    /// Why the sweep has no figure of this kind at all; nil where it has one, or should have.
    package var absence: String?
  }

  package let results: SweepResults
  package let fits: [FitReport]
  package let style: FigureStyle
  /// True to draw every group and every slice; false for an even choice of many.
  package let isWhole: Bool

  /// At most so many slices of a grid have figures of their own, where nobody asks for all.
  private static let sliceLimit = 4

  package init(
    _ results: SweepResults, fits: [FitReport], style: FigureStyle = .screen,
    isWhole: Bool = false
  ) {
    self.results = results
    self.fits = fits
    self.style = style
    self.isWhole = isWhole
  }

  /// The figures of a kind.
  package func draw(_ kind: Kind) -> Drawing {
    do {
      switch kind {
      case .scaling: return drawFits(.scaling)
      case .exponents: return drawFits(.exponents)
      case .residuals: return drawFits(.residuals)
      case .profile: return drawFits(.profile)
      case .cutoffs: return drawFits(.cutoffs)
      case .pairs: return drawFits(.pairs)
      case .emergence: return try emergence()
      case .curves: return try curves()
      case .phases: return try some(GrokkingFigures(results, style: style).phases(), kind)
      case .landscape: return some(GrokkingFigures(results, style: style).landscapes(), kind)
      }
    } catch {
      return Drawing(omissions: ["The figure \(kind.rawValue) is left out: \(error)"])
    }
  }

  /// Each named by its fit; the plain figure has no further name.
  private func drawFits(_ kind: FitFigure) -> Drawing {
    guard !fits.isEmpty else {
      return Drawing(absence: "it has no fit; the sweep file asks for fits under `fits:`")
    }
    let figures = fits.flatMap { fit in
      kind.draw(fit, limit: isWhole ? .max : FitFigure.groupLimit, style: style).map {
        name, figure in
        (name == "scaling" ? fit.request.name : "\(fit.request.name)-\(name)", figure)
      }
    }
    guard figures.isEmpty else { return Drawing(figures: figures) }
    let refusal = fits.flatMap(\.groups).compactMap { group -> String? in
      if case .refused(let reason) = group.outcome { reason } else { nil }
    }.first
    return Drawing(absence: refusal.map { "no fit could be made. \($0)" } ?? kind.needs)
  }

  private func emergence() throws -> Drawing {
    guard let done = results.jobs.first(where: \.hasResult),
      let curves = EmergenceMatrix.Curves(results.signature),
      try results.curve(done.job.key, curves.parts) != nil
    else {
      return Drawing(
        absence: "its jobs record no losses of subtasks (the curve loss.subtasks of parities)")
    }
    let facets = try EmergenceFacets(
      of: curves, preferred: fits.map(\.request.x), records: results.jobs,
      axes: results.record.axes,
      limit: style.panelLimit, curve: results.curve)
    let figure = EmergenceFigure.draw(
      facets, source: results.record.name, titles: results.titles, style: style)
    return Drawing(figures: [("emergence", figure)])
  }

  /// Loss curves; accuracies of training and test samples where jobs have both.
  private func curves() throws -> Drawing {
    func sheet(_ role: (MetricRole.Samples) -> MetricRole, paired: Bool) throws -> CurveSheet? {
      guard let name = results.signature?.metric(.curve, role(.test)) else { return nil }
      let training = results.signature?.metric(.curve, role(.train))
      if paired, training == nil { return nil }
      return try CurveSheet(
        of: name, training: paired ? training : nil, records: results.jobs,
        axes: results.record.axes, panelLimit: style.panelLimit, curve: results.curve)
    }
    let loss = results.signature?.metric(.curve, .loss(.test)) ?? ""
    let figures = try [
      (
        "curves", sheet(MetricRole.loss, paired: false),
        CurvesFigure.Style(yTitle: results.titles.of(loss))
      ),
      (
        "curves-accuracy", sheet(MetricRole.accuracy, paired: true),
        CurvesFigure.Style(yTitle: "Accuracy", logY: false)
      ),
    ].compactMap { name, sheet, look in sheet.map { (name, $0, look) } }
      .filter { !$0.1.panels.isEmpty }.map { name, sheet, look in
        let figure = CurvesFigure.draw(
          sheet, title: results.record.name, style: look, layout: style)
        return (name, figure)
      }
    return figures.isEmpty
      ? Drawing(absence: "its jobs record no curve loss") : Drawing(figures: figures)
  }

  /// The figures of all slices of a grid, or of an even choice of them with a sentence.
  private func some(_ slices: GrokkingFigures.Slices, _ kind: Kind) -> Drawing {
    guard case .drawn(let slices) = slices else {
      if case .absent(let reason) = slices { return Drawing(absence: reason) }
      return Drawing()
    }
    let chosen = isWhole ? slices : slices.evenly(Self.sliceLimit)
    let omission =
      "Of \(slices.count) slices of the grid \(chosen.count) are drawn as \(kind.rawValue); "
      + "`quanta plot \(results.record.name) --what \(kind.rawValue)` draws all."
    return Drawing(
      figures: chosen.flatMap { $0() }, omissions: chosen.count == slices.count ? [] : [omission])
  }
}

extension FitFigure {
  /// What a fit must have to be drawn so.
  fileprivate var needs: String {
    switch self {
    case .pairs: "no fit has a bootstrap in which two parameters vary"
    case .exponents: "no fit is split (`by:`) by an axis of three numbers or more"
    case .cutoffs: "no fit has points enough to do without the outer ones"
    default: "no fit has points to draw"
    }
  }
}

extension SweepResults {
  /// The fits that the sweep asks for and can be made; of the others why not, in full sentences.
  package func possibleFits(_ settings: FitSettings) -> (fits: [FitReport], omissions: [String]) {
    let analysis = analysis(settings)
    var fits: [FitReport] = []
    var omissions: [String] = []
    for request in record.fits {
      do {
        fits.append(try analysis.report(request, records: jobs))
      } catch {
        omissions.append("The fit \(request.name) is left out: \(error)")
      }
    }
    return (fits, omissions)
  }
}
