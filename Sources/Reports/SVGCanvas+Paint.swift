extension SVGCanvas {
  /// A colour: one of the neutral classes or a literal.
  enum Paint {
    case ink
    case muted
    case grid
    case paper
    case warning
    case none
    case color(String)

    var value: String {
      switch self {
      case .ink: "#1b1f24"
      case .muted: "#59636e"
      case .grid: "#e3e7ec"
      case .paper: "#ffffff"
      case .warning: "#b35900"
      case .none: "none"
      case .color(let text): text
      }
    }

    var name: String? {
      switch self {
      case .ink: "ink"
      case .muted: "muted"
      case .grid: "grid"
      case .paper: "paper"
      case .warning: "warning"
      case .color(let text): text == Palette.categories[0] ? "accent" : nil
      case .none: nil
      }
    }

    func attribute(_ property: String) -> String {
      let kind = name.map { " class=\"\(property)-\($0)\"" } ?? ""
      return " \(property)=\"\(value)\"\(kind)"
    }
  }

  enum Anchor: String {
    case start
    case middle
    case end
  }
}
