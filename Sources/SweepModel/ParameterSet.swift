/// A workload's parameters, each declared once, where it is read: as a property of the set.
///
/// ```swift
/// struct Settings: ParameterSet {
///   let width: Int
///   init(_ read: inout ParameterReader) {
///     width = read.integer("width", 1...4096, default: 200, "Units in each hidden layer.")
///   }
/// }
/// ```
public protocol ParameterSet: Sendable {
  /// Reads every parameter, in the order in which help prints them. What depends on several of them is
  /// for the signature's `validate`: any values within the ranges may be read here.
  init(_ read: inout ParameterReader)
}

extension ParameterSet {
  /// Complete and valid parameters as properties; traps on others.
  public init(_ parameters: Parameters) {
    var reader = ParameterReader(parameters)
    self.init(&reader)
  }

  /// What is declared, in order.
  static var declared: [ParameterSpec] {
    var reader = ParameterReader(nil)
    _ = Self(&reader)
    return reader.declared
  }
}

/// Reads parameters while they are declared; without values it only collects the declarations.
public struct ParameterReader {
  private let values: Parameters?
  private(set) var declared: [ParameterSpec] = []

  fileprivate init(_ values: Parameters?) { self.values = values }

  /// A whole number in a range; without a default a sweep must give it. `isLater` as
  /// ``ParameterSpec/isLater``.
  public mutating func integer(
    _ name: String, _ range: ClosedRange<Int>, default fallback: Int? = nil, _ summary: String,
    title: String? = nil, role: ParameterRole? = nil, decidesResult: Bool = true,
    isLater: Bool = false
  ) -> Int {
    guard let values else {
      declare(
        name, .integer(range), fallback.map(Value.integer), summary, title, role, decidesResult,
        isLater)
      return fallback ?? range.lowerBound
    }
    guard let value = values[name] else { return given(fallback, name) }
    guard case .integer(let number) = value else { Self.refuse(name, "a whole number") }
    return number
  }

  /// A real number in a range; `exclusiveMinimum` leaves out its lower end.
  public mutating func real(
    _ name: String, _ range: ClosedRange<Double>, exclusiveMinimum: Bool = false,
    default fallback: Double? = nil, _ summary: String, title: String? = nil,
    role: ParameterRole? = nil, isLater: Bool = false
  ) -> Double {
    guard let values else {
      declare(
        name, .real(range, exclusiveMinimum: exclusiveMinimum), fallback.map(Value.real), summary,
        title, role, true, isLater)
      return fallback ?? range.upperBound
    }
    guard let value = values[name] else { return given(fallback, name) }
    guard let number = value.number else { Self.refuse(name, "a number") }
    return number
  }

  /// A switch.
  public mutating func flag(_ name: String, default fallback: Bool? = nil, _ summary: String)
    -> Bool
  {
    guard let values else {
      declare(name, .flag, fallback.map(Value.flag), summary)
      return fallback ?? false
    }
    guard let value = values[name] else { return given(fallback, name) }
    guard case .flag(let isOn) = value else { Self.refuse(name, "a switch") }
    return isOn
  }

  /// Any text.
  public mutating func text(
    _ name: String, default fallback: String, _ summary: String
  ) -> String {
    if values == nil { declare(name, .text, .text(fallback), summary) }
    guard case .text(let text) = values?[name] ?? .text(fallback) else {
      Self.refuse(name, "a text")
    }
    return text
  }

  /// One of the words of an enumeration, which has some.
  public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default fallback: Choice? = nil, _ summary: String, title: String? = nil
  ) -> Choice {
    guard let values else {
      let words = Choice.allCases.map(\.rawValue)
      declare(name, .choice(words), fallback.map { .text($0.rawValue) }, summary, title)
      return fallback ?? Choice.allCases[Choice.allCases.startIndex]
    }
    guard let value = values[name] else { return given(fallback, name) }
    guard case .text(let word) = value, let choice = Choice(rawValue: word) else {
      Self.refuse(name, "one of its words")
    }
    return choice
  }

  /// A data set, by its name, and how it lies in its content.
  public mutating func data<Layout: DataLayout>(
    _ name: String, _ kind: DataKind, default fallback: String, _ summary: String
  ) -> (set: DataSet, layout: Layout) {
    if values == nil { declare(name, .data(kind), .text(fallback), summary) }
    guard case .text(let word) = values?[name] ?? .text(fallback), let set = DataSet(name: word),
      let layout = Layout(set.facts)
    else { Self.refuse(name, "a data set") }
    return (set, layout)
  }

  /// A data set, by its name, or nil where the parameter has ``DataSet/none``, as it has by default. It
  /// came later (``ParameterSpec/isLater``).
  public mutating func optionalData(
    _ name: String, _ kind: DataKind, _ summary: String
  ) -> DataSet? {
    let none = Value.text(DataSet.none)
    if values == nil { declare(name, .data(kind), none, summary, nil, nil, true, true) }
    let value = values?[name] ?? none
    guard value != none else { return nil }
    guard case .text(let word) = value, let set = DataSet(name: word), set.kind == kind else {
      Self.refuse(name, "a data set")
    }
    return set
  }

  /// The seed of a job's random numbers.
  public mutating func seed(_ summary: String) -> UInt64 {
    UInt64(
      bitPattern: Int64(
        integer("seed", Int.min...Int.max, default: 0, summary, role: .seed)))
  }

  private mutating func declare(
    _ name: String, _ kind: ParameterSpec.Kind, _ fallback: Value?, _ summary: String,
    _ title: String? = nil, _ role: ParameterRole? = nil, _ decidesResult: Bool = true,
    _ isLater: Bool = false
  ) {
    declared.append(
      ParameterSpec(
        name, kind, default: fallback, summary, title: title, role: role,
        decidesResult: decidesResult, isLater: isLater))
  }

  /// What an older job, which lacks a parameter, was run with.
  private func given<Read>(_ fallback: Read?, _ name: String) -> Read {
    guard let fallback else { Self.refuse(name, "given") }
    return fallback
  }

  private static func refuse(_ name: String, _ expected: String) -> Never {
    preconditionFailure("parameter \(name) is not \(expected)")
  }
}
