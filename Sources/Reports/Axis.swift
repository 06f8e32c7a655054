import Glibc

/// One axis of a chart: a range of data mapped to a range of pixels.
struct Axis {
  /// The scales.
  enum Scale {
    case linear
    case log
  }

  /// A tick; only major ticks have a label and a grid line.
  struct Tick {
    let value: Double
    let label: String?
  }

  let title: String
  let scale: Scale
  let range: ClosedRange<Double>
  /// The pixel of the range's lower end, then of its upper one.
  let pixels: (Double, Double)
  /// The only values that have ticks, where they are few; nil for round ones.
  var marks: [Double]?

  func position(_ value: Double) -> Double {
    let low = mapped(range.lowerBound)
    let high = mapped(range.upperBound)
    return pixels.0 + (mapped(value) - low) / (high - low) * (pixels.1 - pixels.0)
  }

  private func mapped(_ value: Double) -> Double { scale == .log ? log10(value) : value }

  /// The smallest range around values, widened by a share of its length; on a log axis values
  /// that have no logarithm are passed over. nil when nothing is left.
  static func range(
    around values: some Sequence<Double>, scale: Scale, margin: Double = 0.06
  ) -> ClosedRange<Double>? {
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    guard let low = usable.min(), let high = usable.max() else { return nil }
    // What differs by rounding only is one value.
    let isOne = high - low <= 1e-9 * max(abs(low), abs(high))
    if scale == .log {
      let pad = isOne ? 0.02 : (log10(high) - log10(low)) * margin
      return pow(10, log10(low) - pad)...pow(10, log10(high) + pad)
    }
    let pad = isOne ? max(abs(high) * 0.1, 0.1) : (high - low) * margin
    return (low - pad)...(high + pad)
  }

  var ticks: [Tick] {
    if let marks { return marks.map { Tick(value: $0, label: Number.plain($0)) } }
    return scale == .log ? logTicks : linearTicks(about: 5)
  }

  /// The ticks without the labels that would run into the one before.
  ///
  /// - Parameters:
  ///   - ticks: In order along the axis.
  ///   - gap: The least distance between labels, pixels.
  ///   - extent: A label's length along the axis.
  func separated(_ ticks: [Tick], gap: Double, extent: (String) -> Double) -> [Tick] {
    var taken: (low: Double, high: Double)?
    return ticks.map { tick in
      guard let label = tick.label else { return tick }
      let (at, half) = (position(tick.value), extent(label) / 2)
      if let taken, at - half < taken.high + gap, at + half > taken.low - gap {
        return Tick(value: tick.value, label: nil)
      }
      taken = (at - half, at + half)
      return tick
    }
  }

  /// The length of a label along a horizontal axis.
  static func labelWidth(_ label: String) -> Double { TextWidth.of(label, size: 12) }

  /// Decades, 1-2-5, or every multiple: whichever first gives three labels; evenly spaced ones
  /// where less than a factor two is shown. All labels have one notation.
  private var logTicks: [Tick] {
    let first = Int(log10(range.lowerBound).rounded(.down))
    let last = Int(log10(range.upperBound).rounded(.up))
    let all = (first...last).flatMap { power in
      (1...9).map { (mantissa: $0, value: Double($0) * pow(10, Double(power))) }
    }.filter { range.contains($0.value) }
    for labelled in [[1], [1, 2, 5], Array(1...9)] {
      let shown = all.filter { labelled.contains($0.mantissa) }.map(\.value)
      guard shown.count >= 3, let low = shown.first, let high = shown.last else { continue }
      let every = labelled == [1] ? max(1, (shown.count + 6) / 7) : 1
      let isPlain = low > 0.000_99 && high < 100_001
      return all.map { tick in
        let power = Int((log10(tick.value) + 1e-9).rounded(.down))
        let isShown = labelled.contains(tick.mantissa) && power % every == 0
        return Tick(
          value: tick.value, label: isShown ? Number.tick(tick.value, isPlain: isPlain) : nil)
      }
    }
    return linearTicks(about: 4)
  }

  /// Round numbers: steps of 1, 2 or 5 times a power of ten, in one notation.
  private func linearTicks(about count: Int) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    let raw = span / Double(count)
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
    let place = Int((log10(step) + 1e-9).rounded(.down))
    let least = (range.lowerBound / step).rounded(.up)
    let most = (range.upperBound / step).rounded(.down)
    guard least <= most, abs(least) < 1e15, abs(most) < 1e15 else { return [] }
    let values = (Int(least)...Int(most)).map { Double($0) * step }
    let largest = values.map { abs($0) }.max() ?? 0
    guard largest >= 1e5 || place < -5 else {
      return values.map { Tick(value: $0, label: Number.fixed($0, max(0, -place))) }
    }
    // As many digits as tell neighbours apart.
    let digits = max(2, Int((log10(largest) + 1e-9).rounded(.down)) - place + 1)
    return values.map { Tick(value: $0, label: Number.significant($0, digits)) }
  }
}
