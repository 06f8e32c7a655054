/// Pythons of this machine; `scripts/setup --tests` makes one in `.venv` with what tests use.
public enum Python {
  private static let checkout = #filePath.split(separator: "/").dropLast(3)
    .reduce(into: "") { $0 += "/" + $1 }

  /// The first that has all of some modules; nil where there is none.
  public static func with(_ modules: String...) -> String? {
    let script = (["sys"] + modules).map { "import \($0)" }.joined(separator: "; ")
    return ["\(checkout)/.venv/bin/python", "/usr/bin/python3", "/usr/local/bin/python3"].first {
      Command.runBlocking([$0, "-c", script]).status == 0
    }
  }
}
