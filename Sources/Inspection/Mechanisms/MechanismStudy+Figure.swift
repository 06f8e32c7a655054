import Grokking
package import Reports

extension MechanismStudy {
  /// The measures over the steps, with the phases shaded.
  package func figure(source: String, style: FigureStyle = .screen) -> Figure {
    func line(_ name: String, _ measure: (ProgressMeasures) -> Double) -> ProgressFigure.Line {
      ProgressFigure.Line(name, rows.map { ($0.step, measure($0)) })
    }
    let key = rows.last?.key ?? []
    let panels = [
      ProgressFigure.Panel(
        "Losses", axis: "loss (nats)", isLog: true,
        [
          line("training pairs", \.train.loss), line("other pairs", \.test.loss),
          line("restricted", \.restricted), line("excluded", \.excluded),
        ]),
      ProgressFigure.Panel(
        "Logits along cos w(x + y − c)", axis: "cosine",
        key.enumerated().map { index, frequency in line("k = \(frequency)") { $0.cosines[index] } }
      ),
      ProgressFigure.Panel(
        "How few frequencies hold the weights", axis: "Gini coefficient",
        [line("embedding", \.embeddingGini), line("unembedding", \.unembeddingGini)]),
      ProgressFigure.Panel(
        "Weights and logits", axis: "norm", isLog: true,
        [
          line("weights", { $0.squareSum.squareRoot() }),
          line("logits, circuit", \.generalNorm),
          line("logits, rest", \.memorisedNorm),
        ]),
    ]
    let names = key.map(String.init).joined(separator: ", ")
    return ProgressFigure.draw(
      panels, source: source,
      caption:
        "Restricted: all pairs, with nothing of the logits but cos and sin of 2πk(x + y)/p for "
        + "the key frequencies k = \(names); excluded: the training pairs without them "
        + "(arXiv:2301.05217). The first falls and the second rises while the circuit forms, before "
        + "the loss of the other pairs falls.",
      phases: spans, style: style)
  }

  /// The phases as spans of steps that a figure shades.
  private var spans: [ProgressFigure.Span] {
    var spans: [ProgressFigure.Span] = []
    var from = rows.first?.step ?? 0
    for (name, moment) in moments {
      guard let moment else { break }
      spans.append(ProgressFigure.Span(name, from...max(from, moment.by)))
      from = max(from, moment.by)
    }
    return spans
  }
}
