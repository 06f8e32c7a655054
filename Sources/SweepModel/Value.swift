/// One scalar of a job's parameters.
///
/// The text form (`description`) is canonical: equal values print equally in every process, and
/// job keys are hashes over it. Reals print in Swift's shortest round-trip form.
public enum Value: Hashable, Sendable {
  /// A whole number.
  case integer(Int)
  /// A finite real number.
  case real(Double)
  /// A word, such as a regime or an activation.
  case text(String)
  /// A switch.
  case flag(Bool)
}

extension Value: CustomStringConvertible {
  /// The canonical text: `12`, `0.4`, `online`, `true`.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let value): value
    case .flag(let value): value ? "true" : "false"
    }
  }

  /// The value as a real number; nil for words and switches.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .text, .flag: nil
    }
  }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral
{
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A real number.
  public init(floatLiteral value: Double) { self = .real(value) }
  /// A word.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A switch.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}
