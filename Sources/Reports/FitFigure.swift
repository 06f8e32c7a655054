public import Analysis
import Fitting
import SweepModel

/// The figures of a fit.
public enum FitFigure: String, CaseIterable, Sendable {
  /// The metric against its inputs with the fitted curve.
  case scaling
  /// The exponents against a numeric axis that splits the fit.
  case exponents
  /// What the fit leaves over.
  case residuals
  /// The profile likelihood of the exponents.
  case profile
  /// The exponents over parts of the range; needs `FitSettings.selects`.
  case cutoffs
  /// The bootstrap's draws.
  case pairs

  /// At most so many groups have a figure each, where nobody asks for all of them.
  public static let groupLimit = 3

  /// The figures of this kind, each with a name of its own: the kind's, and that of the group where
  /// each group has a figure. None where there is nothing to draw.
  ///
  /// - Parameters:
  ///   - report: The fits.
  ///   - limit: At most so many groups with a figure each, evenly chosen; the figures say so.
  ///   - style: Width and title.
  public func draw(
    _ report: FitReport, limit: Int = .max, style: FigureStyle = .screen
  ) -> [(name: String, figure: Figure)] {
    switch self {
    case .scaling:
      report.request.form.inputCount > 1
        ? each(report, limit) { SurfaceFigure.draw($0, of: report, note: $1, style: style) }
        : [(rawValue, ScalingFigure.draw(report, style: style))]
    case .exponents: whole(ExponentFigure.draw(report, style: style))
    case .residuals: whole(ResidualFigure.draw(report, style: style))
    case .profile: whole(ProfileFigure.draw(report, style: style))
    case .cutoffs: whole(CutoffFigure.draw(report, style: style))
    case .pairs: each(report, limit) { PairsFigure.draw($0, of: report, note: $1, style: style) }
    }
  }

  private func whole(_ figure: Figure?) -> [(name: String, figure: Figure)] {
    figure.map { [(rawValue, $0)] } ?? []
  }

  private func each(
    _ report: FitReport, _ limit: Int, _ draw: (FitGroup, String) -> Figure?
  ) -> [(name: String, figure: Figure)] {
    let possible = report.groups.filter { draws($0) }
    let chosen = possible.evenly(limit)
    let note =
      chosen.count == possible.count ? "" : "\(chosen.count) of \(possible.count) groups drawn"
    return chosen.compactMap { group in
      draw(group, note).map { (group.title.isEmpty ? rawValue : "\(rawValue)-\(group.title)", $0) }
    }
  }

  /// False for a group that has no figure of this kind.
  private func draws(_ group: FitGroup) -> Bool {
    self == .pairs ? group.fit?.replicates.isEmpty == false : !group.points.isEmpty
  }
}
