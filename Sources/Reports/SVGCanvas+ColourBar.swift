extension SVGCanvas {
  /// A bar of viridis with the values that its colours stand for; the axis' pixels are its ends.
  mutating func colourBar(_ values: Axis, x: Double) {
    let bar = PNGImage(
      width: 1, height: 128, pixels: (0..<128).map { UInt8(127 - $0) },
      palette: (0..<128).map { Palette.viridis(Double($0) / 127) })
    let (floor, top) = values.pixels
    image(bar.dataURI, x: x, y: top, width: 14, height: floor - top)
    for tick in values.separated(values.ticks, gap: 1, extent: { _ in 12 }) {
      let at = values.position(tick.value)
      line((x + 14, at), (x + (tick.label == nil ? 16 : 19), at), .muted)
      if let label = tick.label { text(label, x: x + 23, y: at + 4, .muted, size: 12) }
    }
    text(
      TextWidth.shortened(values.title, size: 13, width: floor - top + 40), x: x + 72,
      y: (floor + top) / 2, size: 13, anchor: .middle, rotated: true)
  }
}
