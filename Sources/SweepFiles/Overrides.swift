import Basics
import SweepModel

/// One `--set key=values` argument, in the shape of the file's own values.
///
/// `width=10,20`, `steps=2000`, `seed=range(0,3)`, `width=log2space(10,500,30,int)`.
struct Override {
  /// The key before the `=`.
  let key: String
  /// A scalar, a list, or a mapping such as `{range: [0, 3]}`; its place is the argument.
  let value: YAMLValue

  /// The key and value as an entry of a mapping.
  var entry: YAMLEntry { YAMLEntry(key: key, keyPlace: value.place, value: value) }

  /// Reads the argument.
  init(_ argument: String) throws(FileError) {
    try self.init(argument, of: "--set", whole: argument)
  }

  /// Reads a part `key=values` of an option's argument.
  init(_ argument: String, of option: String, whole: String) throws(FileError) {
    let shown = String(quoted(argument).dropFirst().dropLast())
    let place = Self.place(of: option, whole)
    guard let equals = argument.firstIndex(of: "=") else {
      throw place.error("an \"=\" is missing", "write \(option) width=10,20")
    }
    key = Self.trim(argument[..<equals])
    guard !key.isEmpty else {
      throw place.error("the parameter's name is missing", "write \(option) width=10,20")
    }
    let text = Self.trim(argument[argument.index(after: equals)...])
    guard !text.isEmpty else {
      throw place.error(
        "the value is missing",
        key == "name" ? "write \(option) name=NAME" : "write \(option) \(shown)10,20")
    }
    value = try Self.value(text, place)
  }

  /// Where an argument stands, for errors: the argument itself.
  static func place(of option: String, _ argument: String) -> Place {
    let shown = String(quoted(argument).dropFirst().dropLast())
    return Place(file: "\(option) \(shown)", line: nil, column: nil)
  }

  private static func value(_ text: String, _ place: Place) throws(FileError) -> YAMLValue {
    if text.hasSuffix(")"), let open = text.firstIndex(of: "(") {
      let function = trim(text[..<open])
      let inner = text[text.index(after: open)...].dropLast()
      return try call(function, try items(inner, place), place)
    }
    var list = text[...]
    if list.hasPrefix("["), list.hasSuffix("]"), list.count > 1 {
      list = list.dropFirst().dropLast()
    }
    let values = try items(list, place)
    let isLone = values.count == 1 && list.count == text.count
    return isLone ? values[0] : YAMLValue(content: .list(values), place: place)
  }

  /// `range(a, b[, step])`, and the spaces as `name(a, b, count[, int])`.
  private static func call(
    _ function: String, _ items: [YAMLValue], _ place: Place
  ) throws(FileError) -> YAMLValue {
    func entry(_ key: String, _ value: YAMLValue) -> YAMLEntry {
      YAMLEntry(key: key, keyPlace: place, value: value)
    }
    func list(_ values: some Sequence<YAMLValue>) -> YAMLValue {
      YAMLValue(content: .list(Array(values)), place: place)
    }
    let entries: [YAMLEntry]
    if function == "range" {
      guard (2...3).contains(items.count) else {
        throw place.error("range takes (first, end) or (first, end, step)", "write range(0,3)")
      }
      entries = [entry("range", list(items))]
    } else if AxisKeys.spaces.contains(function) {
      guard (3...4).contains(items.count) else {
        throw place.error(
          "\(function) takes (first, last, count) or (first, last, count, int)",
          "write \(function)(10,500,30,int)")
      }
      entries =
        [entry(function, list(items.prefix(2))), entry("count", items[2])]
        + items.dropFirst(3).map { entry("as", $0) }
    } else {
      throw place.error(
        "unknown function \(quoted(function))",
        NearestWord.remedy(for: function, in: ["range"] + AxisKeys.spaces))
    }
    return YAMLValue(content: .mapping(entries), place: place)
  }

  private static func items(_ text: Substring, _ place: Place) throws(FileError) -> [YAMLValue] {
    var values: [YAMLValue] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = trim(part)
      guard !item.isEmpty else {
        let option = place.file.prefix { $0 != " " }
        throw place.error("a value between commas is missing", "write \(option) width=10,20")
      }
      values.append(YAMLValue(content: .scalar(item, isPlain: true), place: place))
    }
    return values
  }

  static func trim(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Grid {
  /// Puts an override in place of an axis; true when the grid had the parameter.
  mutating func replace(with axis: SweepAxis) throws(FileError) -> Bool {
    var isFound = false
    let name = axis.spec.name
    for index in dimensions.indices {
      guard let position = dimensions[index].axes.firstIndex(where: { $0.spec.name == name })
      else { continue }
      isFound = true
      let others = dimensions[index].axes.filter { $0.spec.name != name }
      if let other = others.first, axis.values.count != other.values.count {
        guard axis.values.count == 1 else {
          throw axis.place.error(
            "\"\(name)\" has \(axis.values.count) values but \"\(other.spec.name)\" has "
              + "\(other.values.count)", "axes under \"zip\" step together")
        }
        dimensions[index].axes.remove(at: position)
        dimensions.insert(Dimension(axes: [axis]), at: index)
      } else {
        dimensions[index].axes[position] = axis
      }
      break
    }
    for index in points.indices {
      guard let position = points[index].axes.firstIndex(where: { $0.spec.name == name })
      else { continue }
      isFound = true
      guard axis.values.count == 1 else {
        throw axis.place.error(
          "\"\(name)\" is listed under \"points\", so it takes one value here",
          "edit the points instead")
      }
      points[index].axes[position] = axis
    }
    return isFound
  }
}
