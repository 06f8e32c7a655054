/// How figures are laid out: how wide they are, and whether they carry their title.
///
/// A figure of a width is laid out anew, not scaled: its text stays ``points`` high, and what has no
/// room beside the plot stands below it.
public struct FigureStyle: Hashable, Sendable {
  /// The height of most text in a figure of a given width, points.
  static let points = 7.0
  /// The same in the units of a canvas.
  static let units = 12.0
  /// From this width on, in units, two panels or a plot and its legend stand beside each other.
  private static let roomy = 640.0

  /// The width, inches; nil for as wide as the figure needs on a screen.
  public var inches: Double?
  /// False to leave title and subtitle to the text that the figure stands in; what holes in the
  /// grid make of it is said all the same.
  public var showsTitle: Bool

  /// As reports have them.
  public static let screen = FigureStyle()

  /// Creates a style.
  public init(inches: Double? = nil, showsTitle: Bool = true) {
    self.inches = inches
    self.showsTitle = showsTitle
  }

  /// The width of the sheet in units of its canvas; nil for as wide as needed.
  var sheetWidth: Double? { inches.map { $0 * 72 * Self.units / Self.points } }

  /// True where there is room for one thing beside another.
  var isRoomy: Bool { (sheetWidth ?? .infinity) >= Self.roomy }

  /// At most so many combinations of further axes have a panel in a figure.
  public var panelLimit: Int { isRoomy ? 9 : 4 }

  /// So many panels beside each other.
  func columns(_ wanted: Int) -> Int {
    guard let sheetWidth else { return wanted }
    return max(1, min(wanted, Int(sheetWidth / (Self.roomy / 2))))
  }
}
