import Basics
import Glibc

/// Colours that keep their order in print and for colour-blind readers.
enum Palette {
  /// Categories: Okabe & Ito's, the darker ones first.
  static let categories = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a5195", "#6b7280",
  ]

  /// Stops of viridis (matplotlib, CC0), equally spaced from 0 to 1.
  private static let stops: [(Double, Double, Double)] = [
    (68, 1, 84), (72, 36, 117), (65, 68, 135), (53, 95, 141), (42, 120, 142), (33, 145, 140),
    (34, 168, 132), (68, 191, 112), (122, 209, 81), (189, 223, 38), (253, 231, 37),
  ]

  /// Viridis at a share between 0 and 1, as bytes.
  static func viridis(_ share: Double) -> (UInt8, UInt8, UInt8) {
    let position = min(1, max(0, share)) * Double(stops.count - 1)
    let low = min(Int(position), stops.count - 2)
    let part = position - Double(low)
    let (a, b) = (stops[low], stops[low + 1])
    func mix(_ from: Double, _ to: Double) -> UInt8 { UInt8((from + (to - from) * part).rounded()) }
    return (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
  }

  /// A colour for one of several series: categories for few, viridis without its pale end for
  /// ordered or many ones.
  static func series(_ index: Int, of count: Int, ordered: Bool) -> String {
    guard ordered || count > categories.count else { return categories[index] }
    return shade(count > 1 ? Double(index) / Double(count - 1) : 0.3)
  }

  /// Viridis without its pale end, at a share between 0 and 1.
  static func shade(_ share: Double) -> String { heat(0.06 + 0.82 * min(1, max(0, share))) }

  /// Viridis at a share between 0 and 1.
  static func heat(_ share: Double) -> String {
    let (red, green, blue) = viridis(share)
    return "#" + [red, green, blue].hexadecimal
  }
}
