import Discovery
package import Reports

extension AnomalySummary {
  /// ROC curves, a panel a kind of anomaly.
  package func figure(source: String, style: FigureStyle = .screen) -> Figure {
    let kinds = AnomalyStudy.Kind.allCases.filter { kind in rows.contains { $0.kind == kind } }
    return DetectionFigure.draw(
      kinds.map { kind in
        DetectionFigure.Panel(
          kind.title,
          rows.filter { $0.kind == kind }.map { row in
            DetectionFigure.Curve(
              row.detector.title, Array(zip(AnomalyStudy.shares, row.rates)),
              area: row.area?.mean)
          })
      }, source: source, networks: networks, style: style)
  }
}
