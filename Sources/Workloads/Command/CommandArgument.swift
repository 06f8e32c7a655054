import Basics
import SweepModel

/// What a program is handed under one name: a parameter's value, or a group of W&B's nested parameters.
indirect enum CommandArgument {
  case value(Value)
  case group([Named])

  /// An argument with its name.
  struct Named {
    let name: String
    let argument: CommandArgument
  }

  /// The arguments of parameters, which ascend by name: those of a group are one.
  ///
  /// - Parameter groups: Whole names such as `optimizer`, an outer group before those in it.
  static func all(_ parameters: [Parameters.Entry], groups: [String]) -> [Named] {
    list(parameters[...], prefix: "", groups: groups)
  }

  private static func list(
    _ parameters: ArraySlice<Parameters.Entry>, prefix: String, groups: [String]
  ) -> [Named] {
    var named: [Named] = []
    var taken: Set<String> = []
    for entry in parameters {
      let group = groups.first { group in
        group.count > prefix.count && group.hasPrefix(prefix) && entry.name.hasPrefix(group + ".")
      }
      guard let group else {
        named.append(
          Named(name: String(entry.name.dropFirst(prefix.count)), argument: .value(entry.value)))
        continue
      }
      guard taken.insert(group).inserted else { continue }
      let inner = parameters.filter { $0.name.hasPrefix(group + ".") }
      named.append(
        Named(
          name: String(group.dropFirst(prefix.count)),
          argument: .group(list(inner[...], prefix: group + ".", groups: groups))))
    }
    return named
  }

  /// As Python's `str` writes it, which is what W&B's agent hands on: flags are `True` and `False`, groups
  /// dictionaries.
  var python: String {
    switch self {
    case .value(.flag(let isOn)): isOn ? "True" : "False"
    case .value(let value): value.description
    case .group: literal
    }
  }

  /// As Python's `repr` writes it.
  private var literal: String {
    switch self {
    case .group(let inner):
      "{\(inner.map { "\(Self.quoted($0.name)): \($0.argument.literal)" }.joined(separator: ", "))}"
    case .value(.text(let text)): Self.list(text).map(Self.literal) ?? Self.quoted(text)
    case .value: python
    }
  }

  /// As JSON; a list is as the file has it: its whole numbers stay whole.
  var json: String {
    switch self {
    case .group(let inner): Self.json(inner)
    case .value(.text(let text)): Self.list(text) == nil ? jsonQuoted(text) : text
    case .value(let value): value.description
    }
  }

  /// Arguments as one JSON object.
  static func json(_ arguments: [Named]) -> String {
    "{\(arguments.map { "\(jsonQuoted($0.name)):\($0.argument.json)" }.joined(separator: ","))}"
  }

  /// The elements of a text that is a list.
  private static func list(_ text: String) -> [JSON]? {
    guard text.hasPrefix("["), let json = try? JSON(Array(text.utf8)) else { return nil }
    switch json {
    case .list(let elements): return elements
    case .numbers:
      // Read one by one, so that whole numbers are told from others.
      let parts = text.dropFirst().dropLast().split(separator: ",")
      return parts.map { (try? JSON(Array($0.utf8))) ?? .null }
    default: return nil
    }
  }

  private static func literal(_ elements: [JSON]) -> String {
    "[\(elements.map(literal).joined(separator: ", "))]"
  }

  private static func literal(_ json: JSON) -> String {
    switch json {
    case .null: "None"
    case .flag(let isOn): isOn ? "True" : "False"
    case .integer(let number): "\(number)"
    case .real(let number): Value.real(number).description
    case .text(let text): quoted(text)
    case .numbers(let numbers):
      literal(
        numbers.map { number in
          Int(exactly: number).map(JSON.integer) ?? .real(number)
        })
    case .list(let elements): literal(elements)
    case .object(let members):
      "{\(members.map { "\(quoted($0.name)): \(literal($0.value))" }.joined(separator: ", "))}"
    }
  }

  /// A text as Python's `repr` writes it.
  private static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView([quote])
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\": result += "\\\(scalar)".unicodeScalars
      case "\n": result += "\\n".unicodeScalars
      case "\r": result += "\\r".unicodeScalars
      case "\t": result += "\\t".unicodeScalars
      case _ where isPrintable(scalar): result.append(scalar)
      default: result += escape(scalar).unicodeScalars
      }
    }
    result.append(quote)
    return String(result)
  }

  /// What Python's `isprintable` says.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) =
      scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
  }
}
