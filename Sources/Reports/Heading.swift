/// Title, subtitle and warning of a sheet, each as long as there is room for.
struct Heading {
  let title: String
  let subtitle: String
  /// What a grid with holes makes of the figure; nil for nothing. It is never left out.
  let warning: String?
  let style: FigureStyle

  private var titles: [String] {
    style.showsTitle ? [title, subtitle].filter { !$0.isEmpty } : []
  }

  /// The room that it takes.
  var height: Double {
    titles.isEmpty && warning == nil ? 0 : 6 + 20 * Double(titles.count + (warning == nil ? 0 : 1))
  }

  func draw(_ canvas: inout SVGCanvas, x: Double) {
    let room = canvas.width - x - 8
    var y = 6.0
    func line(
      _ text: String, _ paint: SVGCanvas.Paint, sizes: ClosedRange<Double>, bold: Bool = false
    ) {
      y += 20
      let wide = TextWidth.of(text, size: sizes.upperBound, bold: bold)
      let size = max(sizes.lowerBound, min(sizes.upperBound, sizes.upperBound * room / wide))
      canvas.text(
        TextWidth.shortened(text, size: size, bold: bold, width: room), x: x, y: y, paint,
        size: size, bold: bold)
    }
    if style.showsTitle {
      line(title, .ink, sizes: 12...16, bold: true)
      if !subtitle.isEmpty { line(subtitle, .muted, sizes: 10...12) }
    }
    if let warning { line(warning, .warning, sizes: 10...12, bold: true) }
  }
}
