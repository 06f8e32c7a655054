public import Analysis
import Fitting
import SweepModel

/// The figures of a fit.
public enum FitFigure: String, CaseIterable, Sendable {
  /// The metric against its inputs with the fitted curve.
  case scaling
  /// What the fit leaves over.
  case residuals
  /// The profile likelihood of the exponents.
  case profile
  /// The exponents over parts of the range; needs `FitSettings.selects`.
  case cutoffs
  /// The bootstrap's draws.
  case pairs

  /// The figures of this kind, each with a name of its own: the kind's, and that of the group where
  /// each group has a figure. None where there is nothing to draw.
  public func draw(_ report: FitReport) -> [(name: String, figure: Figure)] {
    switch self {
    case .scaling:
      report.request.form.inputCount > 1
        ? each(report) { SurfaceFigure.draw($0, of: report) }
        : [(rawValue, ScalingFigure.draw(report))]
    case .residuals: whole(ResidualFigure.draw(report))
    case .profile: whole(ProfileFigure.draw(report))
    case .cutoffs: whole(CutoffFigure.draw(report))
    case .pairs: each(report) { PairsFigure.draw($0, of: report) }
    }
  }

  private func whole(_ figure: Figure?) -> [(name: String, figure: Figure)] {
    figure.map { [(rawValue, $0)] } ?? []
  }

  private func each(
    _ report: FitReport, _ draw: (FitGroup) -> Figure?
  ) -> [(name: String, figure: Figure)] {
    report.groups.compactMap { group in
      draw(group).map { (group.title.isEmpty ? rawValue : "\(rawValue)-\(group.title)", $0) }
    }
  }
}
