import Basics
package import Discovery
package import Reports
import SweepModel
import Workloads

extension QuantaStudy {
  /// A matrix of likenesses a variant, samples of the first one's clusters, the envelope of all, and
  /// where weights of several steps are kept what has emerged after each.
  package func figures(
    source: String, history: [ParityNetwork] = [], crew: Crew, style: FigureStyle = .screen
  ) -> [(name: String, figure: Figure)] {
    let sheets = variants.prefix(1).map { variant in
      (
        name: "samples",
        figure: sampleSheet(variant, source: source, crew: crew, style: style)
      )
    }
    let emergence = QuantaEmergence(self, history: history, crew: crew).map { found in
      (
        name: "emergence",
        figure: EmergenceFigure.beside(
          found: found.found, truth: found.truth, steps: found.steps, source: source,
          style: style)
      )
    }
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
    let others = sheets + [emergence].compactMap(\.self)
    guard variants.contains(where: { $0.envelope.sizes.count > 1 }) else {
      return matrices + others
    }
    let curves = variants.map { variant in
      RankFigure.Curve(
        variant.hasControls ? "with control bits" : "without control bits",
        sizes: variant.envelope.sizes,
        line: variant.line.map { ($0.window, $0.slope, $0.intercept) })
    }
    let alpha = network.job.job.parameters["alpha"]?.number
    return matrices + others + [
      (
        name: "ranks",
        figure: RankFigure.draw(
          curves, source: source, expected: alpha.map { -($0 + 1) }, style: style)
      )
    ]
  }
}
