public import Analysis
import Glibc

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
  public static func draw(_ whole: EmergenceMatrix, source: String) -> Figure {
    let matrix = whole.emerging
    let title = "\(source): emergence of subtasks"
    guard matrix.subtasks > 0, matrix.axisValues.contains(where: { $0 > 0 }) else {
      return .empty(title: title, reason: "No losses of subtasks to draw.")
    }
    let axisTitle = AxisTitle.of(matrix.axis)
    let edges = cellEdges(matrix.axisValues.filter { $0 > 0 })
    var chart = Chart(
      title: title,
      subtitle: subtitle(shown: matrix.subtasks, of: whole.subtasks),
      x: (axisTitle, .log, edges.low...edges.high),
      y: ("Subtask rank", .linear, 0.5...Double(matrix.subtasks) + 0.5), plot: (480, 360),
      right: 110)
    chart.flipY()
    chart.canvas.image(
      bitmap(matrix, low: edges.low, high: edges.high).dataURI, x: Chart.left, y: Chart.top,
      width: chart.plotWidth, height: chart.plotHeight)
    chart.drawAxes(gridLines: false)
    chart.drawColourBar(title: "Subtask loss (bits)", scale: .linear, range: 0...1)
    return Figure(
      title: title,
      caption: "Loss in bits of every subtask (rank 1 is the most frequent) against "
        + "\(axisTitle.lowercasedFirst), cut off at 0 and 1 bit. Single subtasks switch on "
        + "abruptly, frequent ones first.",
      svg: chart.document)
  }

  private static func subtitle(shown: Int, of count: Int) -> String {
    shown == count
      ? "loss of every subtask, \(count) subtasks by falling frequency"
      : "loss of the \(shown) most frequent of \(count) subtasks; the others stay above 0.5 bits"
  }

  /// Half a cell beyond the outer values, in log.
  private static func cellEdges(_ values: [Double]) -> (low: Double, high: Double) {
    guard values.count > 1 else { return (values[0] / 2, values[0] * 2) }
    let first = (values[1] / values[0]).squareRoot()
    let last = (values[values.count - 1] / values[values.count - 2]).squareRoot()
    return (values[0] / min(first, 2), values[values.count - 1] * min(last, 2))
  }

  /// Every pixel column shows the matrix column that is nearest in log x.
  private static func bitmap(_ matrix: EmergenceMatrix, low: Double, high: Double) -> PNGImage {
    let columns = (0..<pixelColumns).map { pixel in
      let share = (Double(pixel) + 0.5) / Double(pixelColumns)
      return nearest(exp(log(low) + share * (log(high) - log(low))), in: matrix.axisValues)
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

  private static func nearest(_ x: Double, in values: [Double]) -> Int {
    var best = 0
    var distance = Double.infinity
    for (index, value) in values.enumerated() where value > 0 {
      let d = abs(log(value) - log(x))
      if d < distance {
        best = index
        distance = d
      }
    }
    return best
  }
}

extension Chart {
  /// Turns the vertical axis round: rank 1 on top.
  fileprivate mutating func flipY() {
    self.y = Axis(
      title: y.title, scale: y.scale, range: y.range, pixels: (y.pixels.1, y.pixels.0))
  }
}

extension String {
  /// `Parameters N` in the middle of a sentence.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
