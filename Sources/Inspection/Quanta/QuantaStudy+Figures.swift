import Basics
import Discovery
package import Reports
import SweepModel
import Workloads

extension QuantaStudy {
  /// A matrix of likenesses a variant, and the envelope of all.
  package func figures(
    source: String, style: FigureStyle = .screen
  ) -> [(name: String, figure: Figure)] {
    let matrices = variants.map { variant in
      (
        name: variant.hasControls ? "likeness" : "likeness-without-controls",
        figure: LikenessFigure.draw(
          variant.sheet.likenesses, count: variant.sheet.samples.count,
          borders: variant.sheet.borders, source: source,
          detail: "\(counted(variant.clusters.count, "cluster")), "
            + (variant.hasControls ? "with" : "without") + " the control bits' columns",
          style: style)
      )
    }
    guard variants.contains(where: { $0.envelope.sizes.count > 1 }) else { return matrices }
    let curves = variants.map { variant in
      RankFigure.Curve(
        variant.hasControls ? "with control bits" : "without control bits",
        sizes: variant.envelope.sizes,
        line: variant.line.map { ($0.window, $0.slope, $0.intercept) })
    }
    let alpha = network.job.job.parameters["alpha"]?.number
    return matrices + [
      (
        name: "ranks",
        figure: RankFigure.draw(
          curves, source: source, expected: alpha.map { -($0 + 1) }, style: style)
      )
    ]
  }
}
