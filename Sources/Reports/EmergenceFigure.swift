public import Analysis
import Glibc
public import SweepModel

/// The heat map of subtask losses: rank downwards, an axis to the right, 0 to 1 bit in viridis.
public enum EmergenceFigure {
  private static let pixelColumns = 320

  /// Draws a matrix as far as subtasks emerge; the subtitle says how many are left out.
  ///
  /// The bitmap is embedded in the SVG, one row a subtask, so 500 subtasks take a few kilobytes.
  ///
  /// - Parameters:
  ///   - whole: Losses in bits.
  ///   - source: The sweep's name, for the title.
  ///   - style: Width and title.
  public static func draw(
    _ whole: EmergenceMatrix, source: String, style: FigureStyle = .screen
  ) -> Figure {
    draw(
      EmergenceFacets(axis: whole.axis, facets: [.init(slice: [], matrix: whole)], count: 1),
      source: source, style: style)
  }

  /// Draws a panel for every facet, all of them as far as subtasks emerge in any.
  public static func draw(
    _ facets: EmergenceFacets, source: String, titles: QuantityTitles = QuantityTitles(),
    style: FigureStyle = .screen
  ) -> Figure {
    let along = titles.of(facets.axis)
    let title = "\(source): emergence of subtasks"
    let whole = facets.facets.map(\.matrix.subtasks).max() ?? 0
    let shown = facets.facets.map(\.matrix.emerging.subtasks).max() ?? 0
    let drawn = facets.facets.compactMap { facet -> Panel? in
      let matrix = facet.matrix.first(shown)
      guard matrix.subtasks > 0, let places = Places(matrix.axisValues) else { return nil }
      return Panel(title: facet.slice.panelTitle, along: along, matrix: matrix, places: places)
    }
    guard !drawn.isEmpty else {
      return .empty(title: title, reason: "No losses of subtasks to draw.", style: style)
    }
    let extent = subtitle(shown: shown, of: whole)
    let choice =
      facets.count == drawn.count ? nil : "\(drawn.count) of \(facets.count) grid points drawn"
    let svg =
      drawn.count == 1 && drawn[0].title.isEmpty
      ? sheet(drawn[0], title: title, subtitle: extent, style)
      : PanelFigure.draw(
        title: title, subtitle: extent,
        note: [facets.facets.first?.slice.panelNote, choice].compactMap(\.self)
          .joined(separator: "; "),
        panels: drawn.map { $0.chart(of: drawn.count, style) }, style: style)
    return Figure(
      title: title,
      caption: "Loss in bits of every subtask (rank 1 is the most frequent) against "
        + "\(along.lowercasedFirst), cut off at 0 and 1 bit. Single subtasks "
        + "switch on abruptly, frequent ones first."
        + (drawn.contains { $0.places.leftOut > 0 }
          ? " Values of 0 have no place on the logarithmic axis." : ""),
      svg: svg)
  }

  /// Draws found quanta beside true subtasks over the same steps; rows are losses in bits, the largest
  /// quantum and the most frequent subtask first.
  public static func beside(
    found: [[Double]], truth: [[Double]], steps: [Int], source: String,
    style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): emergence of quanta"
    let panels = [
      ("found quanta", "Quantum, by size", found), ("true subtasks", "Subtask rank", truth),
    ].compactMap { name, axis, rows -> Panel? in
      let matrix = EmergenceMatrix(
        axis: "step", axisValues: steps.map(Double.init), subtasks: rows.count,
        losses: rows.flatMap { $0.map(Float.init) })
      guard !rows.isEmpty, let places = Places(matrix.axisValues) else { return nil }
      return Panel(
        title: name, along: "Step", matrix: matrix, places: places, rows: axis)
    }
    guard panels.count == 2 else {
      return .empty(title: title, reason: "No losses of quanta to draw.", style: style)
    }
    return Figure(
      title: title,
      caption:
        "Mean loss in bits of the samples of every found quantum, and of fresh samples of every "
        + "true subtask, after the steps whose weights are kept, cut off at 0 and 1 bit. Quanta were "
        + "found at the last step, so those of subtasks that are not learned by then are missing."
        + (panels[0].places.leftOut > 0
          ? " Step 0 has no place on the logarithmic axis." : ""),
      svg: PanelFigure.draw(
        title: title, subtitle: "loss of \(found.count) found quanta and \(truth.count) subtasks",
        panels: panels.map { $0.chart(of: 2, style) }, style: style))
  }

  private static func sheet(
    _ panel: Panel, title: String, subtitle: String, _ style: FigureStyle
  ) -> String {
    var chart = Chart(
      title: title, subtitle: subtitle, x: panel.x, y: panel.y, plot: (480, 360),
      side: .colourBar, style: style)
    chart.draw(panel)
    return chart.document
  }

  private static func subtitle(shown: Int, of count: Int) -> String {
    shown == count
      ? "loss of every subtask, \(count) subtasks by falling frequency"
      : "loss of the \(shown) most frequent of \(count) subtasks; the others stay above 0.5 bits"
  }

  /// One matrix and the words and scale of its horizontal axis.
  fileprivate struct Panel {
    let title: String
    let along: String
    let matrix: EmergenceMatrix
    let places: Places
    var rows = "Subtask rank"

    var x: Chart.Scaling { (along, places.scale, places.range) }

    var y: Chart.Scaling { (rows, .linear, 0.5...Double(matrix.subtasks) + 0.5) }

    func chart(of count: Int, _ style: FigureStyle) -> Chart {
      var chart = Chart(
        panel: title, x: x, y: y,
        plot: PanelFigure.plot(of: count, right: 102, style),
        side: .colourBar, style: style)
      chart.draw(self)
      return chart
    }

    /// Every pixel column shows the matrix column that is nearest.
    var bitmap: PNGImage {
      let columns = (0..<pixelColumns).map { pixel in
        places.nearest(at: (Double(pixel) + 0.5) / Double(pixelColumns))
      }
      var pixels: [UInt8] = []
      pixels.reserveCapacity(pixelColumns * matrix.subtasks)
      for subtask in 0..<matrix.subtasks {
        for column in columns {
          let loss = matrix[subtask, column]
          pixels.append(loss.isNaN ? 255 : UInt8(min(1, max(0, loss)) * 254))
        }
      }
      let colours = (0..<255).map { Palette.viridis(Double($0) / 254) }
      return PNGImage(
        width: pixelColumns, height: matrix.subtasks, pixels: pixels,
        palette: colours + [(200, 200, 200)])
    }
  }

  /// The columns' places on a logarithmic axis, or a linear one where some have no logarithm.
  fileprivate struct Places {
    let scale: Axis.Scale
    let range: ClosedRange<Double>
    private let values: [Double]

    /// Values that have no place: 0 on a logarithmic axis.
    let leftOut: Int

    /// Nil without a finite value.
    init?(_ values: [Double]) {
      let positive = values.filter { $0.isFinite && $0 > 0 }
      let spread = (positive.max() ?? 1) / (positive.min() ?? 1)
      let isLog = !positive.isEmpty && (positive.count == values.count || spread >= 20)
      guard let range = CellAxis(values, scale: isLog ? .log : .linear)?.range else { return nil }
      self.values = values
      self.scale = isLog ? .log : .linear
      self.range = range
      self.leftOut = isLog ? values.count - positive.count : 0
    }

    /// The column at a share of the axis' length.
    func nearest(at share: Double) -> Int {
      func mapped(_ value: Double) -> Double { scale == .log ? log(value) : value }
      let (low, high) = (mapped(range.lowerBound), mapped(range.upperBound))
      let place = low + share * (high - low)
      let distances = values.map { value in
        value.isFinite && (scale == .linear || value > 0)
          ? abs(mapped(value) - place) : .infinity
      }
      return distances.indices.min { distances[$0] < distances[$1] } ?? 0
    }
  }
}

extension Chart {
  fileprivate mutating func draw(_ panel: EmergenceFigure.Panel) {
    // Rank 1 is on top.
    y = Axis(title: y.title, scale: y.scale, range: y.range, pixels: (y.pixels.1, y.pixels.0))
    canvas.image(
      panel.bitmap.dataURI, x: Self.left, y: top, width: plotWidth, height: plotHeight)
    drawAxes(gridLines: false)
    drawColourBar(
      title: panel.rows == "Subtask rank" ? "Subtask loss (bits)" : "Loss (bits)", scale: .linear,
      range: 0...1)
  }
}

extension String {
  /// `Parameters N` in the middle of a sentence.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
