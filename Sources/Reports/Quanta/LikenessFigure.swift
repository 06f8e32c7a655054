/// How alike samples' gradients are, samples in the order of their clusters: a cluster is a bright square.
public enum LikenessFigure {
  /// Draws a matrix.
  ///
  /// - Parameters:
  ///   - likenesses: `count × count`, row-major.
  ///   - borders: The samples with which further clusters begin.
  ///   - source: The sweep's name and what tells its networks apart.
  ///   - detail: What a likeness is and what the clusters are, for the line below the title.
  public static func draw(
    _ likenesses: [Float], count: Int, borders: [Int], source: String, detail: String,
    style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): likeness of gradients"
    let own = Set((0..<count).map { $0 * (count + 1) })
    let others = likenesses.indices.filter { !own.contains($0) }.map { Double(likenesses[$0]) }
    guard count > 1, let low = others.min() else {
      return .empty(title: title, reason: "There are no two samples.", style: style)
    }
    // A few very like pairs must not make all others dark.
    let sorted = others.sorted()
    let high = max(sorted[min(sorted.count - 1, sorted.count * 995 / 1000)], low + 1e-9)
    let axis = ("samples by cluster", Axis.Scale.linear, 0...Double(count))
    var chart = Chart(
      title: title, subtitle: detail, x: axis, y: axis, plot: (420, 420), side: .colourBar,
      style: style)
    let pixels = likenesses.map { likeness in
      UInt8(min(1, max(0, (Double(likeness) - low) / (high - low))) * 255)
    }
    let image = PNGImage(
      width: count, height: count, pixels: pixels,
      palette: (0..<256).map { Palette.viridis(Double($0) / 255) })
    // The first sample stands at the top.
    chart.canvas.image(
      image.dataURI, x: Chart.left, y: chart.top, width: chart.plotWidth, height: chart.plotHeight)
    for border in borders where borders.count <= 60 {
      let share = Double(border) / Double(count)
      let (x, y) = (Chart.left + share * chart.plotWidth, chart.top + share * chart.plotHeight)
      chart.canvas.line((x, chart.top), (x, chart.top + 6), .paper)
      chart.canvas.line((Chart.left, y), (Chart.left + 6, y), .paper)
    }
    chart.drawColourBar(title: "likeness", scale: .linear, range: low...high)
    chart.canvas.text(
      "samples by cluster, the largest at the top left", x: Chart.left + chart.plotWidth / 2,
      y: chart.top + chart.plotHeight + 22, .muted, anchor: .middle)
    return Figure(
      title: title,
      caption: "How alike the gradients of \(count) samples are, ordered by cluster. Samples that "
        + "use the same quantum form bright squares along the diagonal; the brightest colour stands "
        + "for the highest half percent of pairs and above.",
      svg: chart.document)
  }
}
