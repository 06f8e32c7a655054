extension Chart {
  /// A bar of viridis at the right with the values that its colours stand for.
  mutating func drawColourBar(title: String, scale: Axis.Scale, range: ClosedRange<Double>) {
    let bar = PNGImage(
      width: 1, height: 128, pixels: (0..<128).map { UInt8(127 - $0) },
      palette: (0..<128).map { Palette.viridis(Double($0) / 127) })
    let x = Self.left + plotWidth + 26
    let floor = Self.top + plotHeight
    canvas.image(bar.dataURI, x: x, y: Self.top, width: 14, height: plotHeight)
    let values = Axis(title: title, scale: scale, range: range, pixels: (floor, Self.top))
    for tick in values.ticks {
      let at = values.position(tick.value)
      canvas.line((x + 14, at), (x + (tick.label == nil ? 16 : 19), at), .muted)
      if let label = tick.label { canvas.text(label, x: x + 23, y: at + 4, .muted, size: 12) }
    }
    canvas.text(
      title, x: x + 68, y: Self.top + plotHeight / 2, size: 13, anchor: .middle, rotated: true)
  }
}
