/// Title, subtitle and warning of a sheet, each as long as there is room for.
struct Heading {
  let title: String
  let subtitle: String
  /// What is a choice of more; it is said where the title is left out, too.
  var note = ""
  /// What a grid with holes makes of the figure; nil for nothing. It is never left out.
  let warning: String?
  let style: FigureStyle

  private struct Line {
    let text: String
    let paint: SVGCanvas.Paint
    let sizes: ClosedRange<Double>
    let bold: Bool
  }

  private var lines: [Line] {
    let title = style.showsTitle ? [Line(text: title, paint: .ink, sizes: 12...16, bold: true)] : []
    return title
      + facts.map { Line(text: $0, paint: .muted, sizes: 10...12, bold: false) }
      + [warning].compactMap(\.self).map {
        Line(text: $0, paint: .warning, sizes: 10...12, bold: true)
      }
  }

  /// Subtitle and note in one line, or the note's parts in lines of their own where there is no room.
  private var facts: [String] {
    let parts = ([style.showsTitle ? subtitle : ""] + [note]).filter { !$0.isEmpty }
    let line = parts.joined(separator: "; ")
    guard let sheet = style.sheetWidth, TextWidth.of(line, size: 10) > sheet - Chart.left else {
      return line.isEmpty ? [] : [line]
    }
    return parts.flatMap { $0 == note ? $0.split(separator: "; ").map(String.init) : [$0] }
  }

  /// The room that it takes.
  var height: Double { lines.isEmpty ? 0 : 6 + 20 * Double(lines.count) }

  /// Its width without shortening.
  var width: Double {
    lines.map { TextWidth.of($0.text, size: $0.sizes.upperBound, bold: $0.bold) }.max() ?? 0
  }

  func draw(_ canvas: inout SVGCanvas, x: Double) {
    let room = canvas.width - x - 8
    for (index, line) in lines.enumerated() {
      let wide = TextWidth.of(line.text, size: line.sizes.upperBound, bold: line.bold)
      let fitting = line.sizes.upperBound * min(1, room / wide)
      let size = max(line.sizes.lowerBound, fitting)
      canvas.text(
        TextWidth.shortened(line.text, size: size, bold: line.bold, width: room), x: x,
        y: 26 + 20 * Double(index), line.paint, size: size, bold: line.bold)
    }
  }
}
