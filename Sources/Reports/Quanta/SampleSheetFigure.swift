/// Samples of clusters, readable: which bits are on, which of them the subtask asks for, label and
/// prediction.
public enum SampleSheetFigure {
  /// One sample.
  public struct Sample: Sendable {
    let bits: [Bool]
    let asked: Set<Int>
    let text: String

    /// Its bits, the places of those whose parity its subtask asks for, and what stands beside them.
    public init(bits: [Bool], asked: Set<Int>, text: String) {
      self.bits = bits
      self.asked = asked
      self.text = text
    }
  }

  /// Samples of one cluster.
  public struct Cluster: Sendable {
    let title: String
    let samples: [Sample]

    /// A cluster with a line of its own above its samples.
    public init(_ title: String, _ samples: [Sample]) {
      self.title = title
      self.samples = samples
    }
  }

  /// Colours of bits: asked for and 1, asked for and 0, other and 1, other and 0.
  private static let colors = ["#d55e00", "#f6cfae", "#59636e", "#e3e7ec"]

  /// Draws the clusters below each other.
  public static func draw(
    _ clusters: [Cluster], source: String, style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): samples of clusters"
    let bits = clusters.flatMap { $0.samples.map(\.bits.count) }.max() ?? 0
    guard bits > 0 else {
      return .empty(title: title, reason: "There are no samples.", style: style)
    }
    let heading = Heading(
      title: title, subtitle: "a row a sample, a cell a bit", warning: nil, style: style)
    let words = clusters.flatMap { $0.samples.map { TextWidth.of($0.text, size: 11) } }.max() ?? 0
    let left = 24.0
    let wanted = left + 12 * Double(bits) + 16 + words + 12
    let width = max(style.sheetWidth ?? wanted, style.sheetWidth == nil ? 640 : 0)
    let cell = max(2, min(12, (width - left - 28 - words) / Double(bits)))
    let legend = LegendRow.lines(
      zip(
        colors, ["asked for, 1", "asked for, 0", "other, 1", "other, 0"]
      ).map { LegendRow(mark: .cell($0, letter: ""), text: $1) }, width: width - left)
    let rows = clusters.reduce(0) { $0 + $1.samples.count }
    let top = heading.height + legend.height + 12
    var canvas = SVGCanvas(
      width: width, height: top + 16 * Double(rows) + 34 * Double(clusters.count) + 12)
    heading.draw(&canvas, x: left)
    legend.draw(&canvas, x: left, y: heading.height + 18)
    var y = top
    for cluster in clusters {
      canvas.text(
        TextWidth.shortened(cluster.title, size: 12, bold: true, width: width - left - 8), x: left,
        y: y + 22, bold: true)
      y += 30
      for sample in cluster.samples {
        for (place, isOn) in sample.bits.enumerated() {
          let color = colors[(sample.asked.contains(place) ? 0 : 2) + (isOn ? 0 : 1)]
          canvas.rect(
            x: left + cell * Double(place), y: y, width: max(1, cell - 1), height: 12, .color(color)
          )
        }
        canvas.text(
          sample.text, x: left + cell * Double(bits) + 16, y: y + 10, .muted, size: 11)
        y += 16
      }
      y += 4
    }
    return Figure(
      title: title,
      caption:
        "Samples of the largest clusters, evenly chosen. A cell is a bit of the string; those "
        + "whose parity the sample's subtask asks for are orange. Beside it stand the control bit that "
        + "is on, the label, what the network predicts, and its loss in nats.",
      svg: canvas.document(title: title, style: style))
  }
}
