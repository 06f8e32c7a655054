import Foundation
import LabSupport
import Testing

/// No option of `quanta fit` and its relatives is ignored: in every mode it changes what comes out, or it is refused by
/// name. The options are those that the command itself tells, so a new one has to have a value here.
@Suite struct FitOptionTests {
  /// A value for each option; empty for a flag.
  private static let values: [String: String] = [
    "x": "d", "x2": "d", "x3": "u", "y": "other", "form": "offset", "objective": "lad",
    "delta": "0.5", "k": "1e12", "hold": "c=0.31", "x-range": "2e7..", "y-range": "..3.3",
    "by": "g", "where": "g=a", "cluster": "run", "strata": "g", "weights": "w", "sigma": "s",
    "censored": "bound", "isoflop": "C", "profile": "", "flops": "1e22",
    "allow-incomplete": "", "bootstrap": "0", "seed": "7", "store": "elsewhere",
    "json": "", "output": "out", "compare": "", "let": "z=n/1e8", "x-values": "n",
    "at": "n=2B", "fit": "another", "csv": "", "budget": "C", "run": "run",
    "minimum-over": "wd", "loss": "other", "accuracy": "other", "chance": "0.2",
    "ceiling": "0.95", "hold-out": "2",
  ]

  /// What says nothing about a fit.
  private static let general: Set = ["help", "version"]

  /// A mode, and values that its subject has other names for.
  private static let modes: [(name: String, arguments: [String], values: [String: String])] = [
    ("table", ["fit", "runs.csv", "--x", "n", "--y", "loss"], [:]),
    ("groups", ["fit", "runs.csv", "--x", "n", "--y", "loss", "--by", "g"], ["by": "run"]),
    ("profile", ["fit", "runs.csv", "--x", "n", "--y", "loss", "--profile"], [:]),
    (
      "two inputs",
      ["fit", "runs.csv", "--x", "n", "--x2", "d", "--y", "loss", "--form", "chinchilla"],
      ["x2": "u", "form": "chinchilla-tied", "hold": "alpha=0.3"]
    ),
    (
      "isoflop", ["fit", "runs.csv", "--x", "n", "--y", "loss", "--isoflop", "C"],
      ["isoflop": "other"]
    ),
    (
      "sweep", ["fit", "trial", "--x", "size", "--y", "loss.final"],
      ["x": "steps", "y": "steps", "x-range": "14..", "y-range": "..0.2", "by": "ending"]
    ),
    ("sweep file", ["fit", "trial"], [:]),
    ("predict", ["predict", "runs.csv", "--x", "n", "--y", "loss", "--at", "1B"], ["at": "2B"]),
    (
      "predict a sweep", ["predict", "trial", "--at", "150"],
      ["at": "160", "x": "steps", "y": "steps"]
    ),
    (
      "compute-optimal", ["compute-optimal", "runs.csv", "--x", "n", "--x2", "d", "--y", "loss"],
      ["x": "u", "x2": "u"]
    ),
    (
      "optimum", ["optimum", "lr.csv", "--minimum-over", "lr", "--x", "n", "--y", "loss"],
      ["x": "m", "x2": "m"]
    ),
    (
      "downstream",
      ["downstream", "ladder.csv", "--x", "n", "--x2", "d", "--loss", "loss", "--accuracy", "acc"],
      ["x": "u", "x2": "u", "form": "chinchilla-tied", "at": "n=2B,d=1e12"]
    ),
  ]

  /// Runs at five budgets and six sizes, a little off the law; what is weighed and grouped varies.
  private static let table: String = {
    var rows = ["n,d,u,loss,other,g,run,w,s,bound,C"]
    for budget in 0..<5 {
      for place in 0..<6 {
        let c = 1e18 * pow(4, Double(budget))
        let n = 1.5e7 * pow(2, Double(budget + place))
        let d = c / 6 / n
        let off = Double((budget * 7 + place * 11) % 13 - 6) * 1e-3
        let loss = (1.8 + 480 * pow(n, -0.35) + 2100 * pow(d, -0.37)) * (1 + off)
        let row = 6 * budget + place
        rows.append(
          "\(n),\(d),\(d / 3),\(loss),\(2 + pow(n, -0.1) + off),\(row % 2 == 0 ? "a" : "b"),r\(row / 2),"
            + "\(1 + row % 3),\(0.1 + 0.1 * Double(row % 4)),\(row == 3 ? 1 : 0),\(c)")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  /// Learning rates at four scales, each with its minimum inside.
  private static let rates: String = {
    var rows = ["n,m,lr,wd,loss,other,g"]
    for scale in 0..<4 {
      for step in -3...3 {
        for group in ["a", "b"] {
          let n = 1e7 * pow(10, Double(scale))
          let lr = 1e-3 * pow(n / 1e8, -0.35) * pow(2, Double(step))
          let off = 1e-3 * sin(Double(7 * scale + 3 * step) + (group == "a" ? 0 : 1))
          let loss = 2 + 0.02 * Double(step * step) + off
          rows.append("\(n),\(n * n),\(lr),\(lr * lr),\(loss),\(loss + 3 * off),\(group)")
        }
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  /// Sizes and tokens with a task's loss and its accuracy.
  private static let ladder: String = {
    var rows = ["n,d,u,loss,acc,other,g"]
    for size in 0..<5 {
      for data in 0..<4 {
        let (n, d) = (2e8 * pow(2, Double(size)), 4e9 * pow(3, Double(data)))
        let off = 0.003 * sin(Double(5 * size + 3 * data))
        let loss = (0.5 + 40 * pow(n, -0.28) + 60 * pow(d, -0.25)) * (1 + off)
        let acc = 0.25 + 0.7 / (1 + exp(9 * (loss - 0.72))) + off
        rows.append("\(n),\(d),\(d * d),\(loss),\(acc),\(acc * acc),\(data < 3 ? "a" : "b")")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  /// The last of twenty jobs fails, so the grid has a hole.
  private static let sweep = """
    name: trial
    workload: self-test
    settings: {steps: 3, stepMilliseconds: 0}
    grid:
      points: [\((10..<30).map { "{size: \($0), ending: \($0 < 29 ? "result" : "failure")}" }
        .joined(separator: ", "))]
    fits:
      c: {x: size, y: loss.final}
    retries: 0
    """

  private func options(of command: String, _ sandbox: Sandbox) async throws -> [String] {
    let help = await sandbox.quanta(command, "--experimental-dump-help")
    let object = try JSONSerialization.jsonObject(with: Data(help.output.utf8)) as? [String: Any]
    let arguments = (object?["command"] as? [String: Any])?["arguments"] as? [[String: Any]]
    return try #require(arguments).compactMap { argument in
      guard argument["kind"] as? String != "positional" else { return nil }
      let preferred = argument["preferredName"] as? [String: Any]
      return preferred?["name"] as? String
    }.filter { !Self.general.contains($0) }
  }

  @Test(arguments: modes.map(\.name))
  func everyOption_inEveryMode_isHonouredOrRefusedByName(name: String) async throws {
    let mode = try #require(Self.modes.first { $0.name == name })
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table)
      try sandbox.write("lr.csv", Self.rates)
      try sandbox.write("ladder.csv", Self.ladder)
      if mode.arguments[1] == "trial" {
        try sandbox.write("sweep.yaml", Self.sweep)
        let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
        #expect(run.status == 1, "\(run.output)")
      }
      let options = try await options(of: mode.arguments[0], sandbox)
      #expect(options.count > 9, "\(options)")
      #expect(Set(options).subtracting(Self.values.keys).isEmpty, "options without a value here")
      let plain = mode.arguments + ["--bootstrap", "100"]
      let text = await sandbox.quanta(plain)
      let base = await sandbox.quanta(plain + ["--json"])
      #expect(base.status < 2, "\(base.output)")
      for option in options {
        let value = mode.values[option] ?? Self.values[option, default: ""]
        // A flag that is already given.
        if value.isEmpty, mode.arguments.contains("--\(option)") { continue }
        let given =
          ["--\(option)"] + (value.isEmpty ? [] : [value])
          // A column that nothing names says nothing.
          + (option == "let" ? ["--where", "z>1"] : [])
        let arguments = plain + (option == "json" ? [] : ["--json"]) + given
        let result = await sandbox.quanta(arguments)
        let reference = option == "json" ? text.output : base.output
        let isRefused =
          result.status == 2 && result.output.contains("--\(option)")
          && result.output.contains("error: ")
        let isElsewhere = option == "store" && result.output.contains("elsewhere")
        let isHonoured =
          result.status < 2 && (result.output != reference || result.status != base.status)
        #expect(
          isRefused || isHonoured || isElsewhere,
          "--\(option): \(result.status) \(result.output.prefix(300))")
      }
    }
  }

  @Test func usage_thatNoDataCanMend_endsWithTwo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table)
      let common = ["fit", "runs.csv", "--x", "n", "--y", "loss"]
      let cases: [([String], String)] = [
        (["--bootstrap", "50"], "--bootstrap 50 is too few"),
        (["--hold", "d=1"], "The form power has no parameter d. It has b, c."),
        (["--hold", "b=-1"], "The parameter b cannot be held at -1."),
        (
          ["--form", "bnsl1", "--hold", "c1=500"],
          "The parameter c1 cannot be held at 500: it is sought between -100 and 100"
        ),
        (["--hold", "b=1", "--hold", "b=2"], "--hold gives b two values"),
        (["--form", "quanta", "--k", "1e12", "--hold", "K=2e12"], "give K two values"),
        (["--seed", "3", "--bootstrap", "0"], "--seed is the bootstrap's"),
        (["--flops", "1e22"], "--flops goes with --form chinchilla"),
        (["--delta", "0.1"], "--delta goes with --objective huber"),
        (["--by", "g", "--by", "g"], "--by g is given twice"),
        (["--x-range", ".."], "--x-range \"..\" is no range"),
        (["--censored", "bound", "--objective", "lad"], "--objective lad takes none"),
        (["--isoflop", "C", "--bootstrap", "50"], "--bootstrap 50 is too few"),
        (
          ["--isoflop", "C", "--hold", "b=1", "--profile"],
          "--hold, --profile say how to fit a form"
        ),
      ]
      for (options, message) in cases {
        let result = await sandbox.quanta(common + options)
        #expect(result.status == 2, "\(options): \(result.output)")
        #expect(result.output.contains(message), "\(options): \(result.output)")
      }
    }
  }

  @Test func group_thatIsRefused_endsWithOne_inEveryMode() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "byref.csv",
        "n,loss,g\n10,1.9118,a\n20,1.6808,a\n40,1.4489,a\n80,1.2738,a\n160,1.0981,a\n10,3,b\n20,2,b\n"
      )
      try sandbox.write("runs.csv", Self.table + "1e7,1e9,1,3,1,c,r,1,1,0,1e18\n")
      let table = await sandbox.quanta("fit", "byref.csv", "--x", "n", "--y", "loss", "--by", "g")
      #expect(table.status == 1 && table.output.contains("g=b: no fit."), "\(table.output)")
      let frontier = await sandbox.quanta(
        "fit", "runs.csv", "--x", "n", "--y", "loss", "--by", "g", "--isoflop", "C")
      #expect(frontier.status == 1, "\(frontier.output)")
      #expect(
        frontier.output.contains("g=c: no frontier. 0 of 1 budget have a parabola"),
        "\(frontier.output)")
      #expect(frontier.output.contains("g=a: optimal n = 10^"), "\(frontier.output)")
    }
  }

  @Test func remedies_speakTheLanguageOfWhoAsked() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("zero.csv", "n,loss\n1,2\n2,0\n4,1\n8,0.7\n")
      let table = await sandbox.quanta("fit", "zero.csv", "--x", "n", "--y", "loss")
      #expect(table.status == 1)
      #expect(table.output.contains("Leave such points out with --y-range"), "\(table.output)")
      let ranged = await sandbox.quanta(
        "fit", "zero.csv", "--x", "n", "--y", "loss", "--y-range", "0.1..", "--bootstrap", "0")
      #expect(ranged.status == 0)
      #expect(ranged.output.contains("1 point left out: loss below 0.1."), "\(ranged.output)")
    }
  }

  @Test func budgetColumn_withOneSizeEach_isFittedLikeAnyTable() async throws {
    try await Sandbox.with { sandbox in
      let rows = (0..<5).map { "\(10 * (1 << $0)),\(3 * pow(0.85, Double($0))),1e\(18 + $0)" }
      try sandbox.write(
        "budget.csv", (["n,loss,budget"] + rows).joined(separator: "\n") + "\n")
      let one = await sandbox.quanta("fit", "budget.csv", "--x", "n", "--y", "loss")
      #expect(one.status == 0, "\(one.output)")
      // The same budgets, off by rounding, at two sizes each are isoFLOP data.
      let more = (0..<5).map { "\(15 * (1 << $0)),\(3 * pow(0.86, Double($0))),1.01e\(18 + $0)" }
      try sandbox.write(
        "more.csv", (["n,loss,budget"] + rows + more).joined(separator: "\n") + "\n")
      let mixed = await sandbox.quanta("fit", "more.csv", "--x", "n", "--y", "loss")
      #expect(mixed.status == 1 && mixed.output.contains("several budgets"), "\(mixed.output)")
    }
  }
}
