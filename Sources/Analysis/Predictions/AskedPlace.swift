import Fitting
public import SweepModel
import Tables

/// A place at which a prediction is asked for: `parameters=1e9,samples=2e10`, or a compute budget,
/// `C=1e24`.
public struct AskedPlace: Hashable, Sendable {
  /// The text as it was given.
  public let text: String
  /// Names and numbers, in order.
  public let numbers: [Number]

  /// An input and its value.
  public struct Number: Hashable, Sendable {
    /// As it was given; empty for a number alone.
    public let name: String
    /// Above 0 and finite.
    public let value: Double
  }

  /// What a place means for a fit.
  public enum Meaning: Hashable, Sendable {
    /// The inputs of the form.
    case inputs([Double])
    /// The best inputs for a compute budget C = 6·N·D, FLOP.
    case optimum(budget: Double)
  }

  /// Reads `NAME=NUMBER,…` or a number alone.
  ///
  /// - Throws: ``AskedPlaceError`` for other text.
  public init(parsing text: String) throws(AskedPlaceError) {
    self.text = text
    var numbers: [Number] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
        .map { $0.trimmed }
      guard let last = pair.last, pair.count < 3, let value = Table.number(last) else {
        let why = pair.count == 2 && !pair[1].isEmpty ? ": \"\(pair[1])\" is no number" : ""
        throw AskedPlaceError(
          "\"\(text)\" is no place\(why). Write NAME=NUMBER, several with commas, such as n=7B,d=1.4e11."
        )
      }
      guard value > 0, value.isFinite else {
        throw AskedPlaceError("\"\(part)\" lies nowhere: inputs are finite numbers above 0.")
      }
      let name = pair.count == 2 ? pair[0] : ""
      if numbers.contains(where: { $0.name == name }) {
        throw AskedPlaceError("\"\(text)\" gives \(name.isEmpty ? "a number" : name) twice.")
      }
      numbers.append(Number(name: name, value: value))
    }
    self.numbers = numbers
  }

  /// The numbers of columns, all of which the place must name; a number alone is the only column's.
  ///
  /// - Throws: ``AskedPlaceError`` when one is missing, or a name is none of them.
  public func numbers(of columns: [String]) throws(AskedPlaceError) -> [Double] {
    for number in numbers
    where !columns.contains(number.name) && !(number.name.isEmpty && columns.count == 1) {
      throw AskedPlaceError(
        "\"\(text)\" names \(number.name.isEmpty ? "nothing" : number.name). Name "
          + "\(columns.joined(separator: " and ")).")
    }
    return try columns.map { column throws(AskedPlaceError) in
      guard let number = numbers.first(where: { $0.name == column || $0.name.isEmpty }) else {
        throw AskedPlaceError("\"\(text)\" gives no \(column).")
      }
      return number.value
    }
  }

  /// What the place means for a fit: inputs go by their names in the request, `x`, `x2`, `x3`, or the
  /// letters of the form's formula; with N or D beside it, C = 6·N·D gives the other.
  ///
  /// - Throws: ``AskedPlaceError`` when an input is missing, or a name is none of them.
  public func meaning(for request: FitRequest) throws(AskedPlaceError) -> Meaning {
    let letters = request.inputLetters
    var values: [Double?] = request.inputs.map { _ in nil }
    var budget: Double?
    for number in numbers {
      if let place = request.place(of: number.name) {
        guard values[place] == nil else {
          throw AskedPlaceError("\"\(text)\" gives \(request.inputs[place]) twice.")
        }
        values[place] = number.value
      } else if number.name == "C", request.form.hasFrontier {
        budget = number.value
      } else {
        throw AskedPlaceError(
          "The fit \(request.name) has no input \(number.name.isEmpty ? "without a name" : number.name)."
            + " It has \(request.inputs.joined(separator: ", "))"
            + (letters == request.inputs ? "" : ", also called \(letters.joined(separator: ", "))")
            + (request.form.hasFrontier ? "; C is the compute budget 6·N·D." : "."))
      }
    }
    guard let budget else {
      guard let missing = values.firstIndex(of: nil) else {
        return .inputs(values.compactMap(\.self))
      }
      throw AskedPlaceError(
        "\"\(text)\" gives no \(request.inputs[missing]), which the fit \(request.name) needs.")
    }
    switch (values[0], values[1]) {
    case (nil, nil): return .optimum(budget: budget)
    case (let n?, nil): return .inputs([n, budget / 6 / n])
    case (nil, let d?): return .inputs([budget / 6 / d, d])
    case (_?, _?):
      throw AskedPlaceError("\"\(text)\" gives C beside both inputs, which it follows from.")
    }
  }
}

/// Why a place cannot be predicted: a full sentence with the remedy.
public struct AskedPlaceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension FitRequest {
  /// The letters of the inputs in formulas: N and D, or what a single input is known by.
  public var inputLetters: [String] {
    guard form.inputCount == 1 else { return form.letters }
    return switch x {
    case "parameters": ["N"]
    case "samples": ["D"]
    case "step", "steps": ["S"]
    default: form.letters
    }
  }

  /// The input of a name: in any case, where nothing else has it exactly.
  fileprivate func place(of name: String) -> Int? {
    if name.isEmpty { return inputs.count == 1 ? 0 : nil }
    if let exact = inputs.firstIndex(of: name) { return exact }
    if let letter = inputLetters.firstIndex(of: name) { return letter }
    if let place = ["x", "x2", "x3"].prefix(inputs.count).firstIndex(of: name) { return place }
    return name == "C" && form.hasFrontier
      ? nil : inputs.firstIndex { $0.lowercased() == name.lowercased() }
  }
}

extension FitRequest.Form {
  /// The inputs by the letters of the formula.
  public var letters: [String] {
    switch self {
    case .chinchilla, .chinchillaTied: ["N", "D"]
    case .repeated: ["N", "D", "U"]
    case .overtrained: ["C", "M"]
    default: ["x"]
    }
  }

  /// True for forms with a least value at every compute budget C = 6·N·D.
  var hasFrontier: Bool { self == .chinchilla || self == .chinchillaTied }
}

extension Substring {
  /// Without blanks around it.
  fileprivate var trimmed: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
