import Foundation
import LabSupport
import Testing

/// The status of every command about fits: 0 an answer, 1 the data do not answer, 2 a wrong command
/// line or a file that cannot be read as asked; each with a sentence.
@Suite struct FitStatusTests {
  private static let lawful: String = {
    var rows = ["n,d,loss,acc,lr,g"]
    for size in 0..<5 {
      for step in 0..<5 {
        let n = 1e8 * pow(3, Double(size))
        let lr = 1e-3 * pow(n / 1e8, -0.3) * pow(2, Double(step - 2))
        let d = 1e10 * pow(2, Double(step))
        let off = 1 + 1e-3 * sin(Double(7 * size + 3 * step))
        let loss = (0.5 + 40 * pow(n, -0.28) + 60 * pow(d, -0.25)) * off
        rows.append(
          "\(n),\(d),\(loss),\(0.25 + 0.7 / (1 + exp(9 * (loss - 0.72)))),\(lr),\(size == 4 ? "b" : "a")"
        )
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  /// What each command is asked for, beside its file.
  private static let commands: [(name: String, options: [String])] = [
    ("fit", ["--x", "n", "--y", "loss", "--bootstrap", "0"]),
    ("fit", ["--x", "n", "--y", "loss", "--isoflop", "d", "--bootstrap", "0"]),
    ("predict", ["--x", "n", "--y", "loss", "--at", "1B", "--bootstrap", "0"]),
    ("compute-optimal", ["--x", "n", "--x2", "d", "--y", "loss", "--bootstrap", "100"]),
    ("optimum", ["--minimum-over", "lr", "--x", "n", "--y", "loss", "--bootstrap", "0"]),
    (
      "downstream",
      ["--x", "n", "--x2", "d", "--loss", "loss", "--accuracy", "acc", "--bootstrap", "100"]
    ),
  ]

  @Test func failures_ofEveryKind_endWithTheirStatus() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.lawful)
      try sandbox.write("head.csv", "n,d,loss,acc,lr,g\n")
      try sandbox.write("na.csv", "n,d,loss,acc,lr,g\n1,2,NA,NA,1,a\n2,2,-,NaN,1,a\n")
      try sandbox.write("ragged.csv", "n,d,loss,acc,lr,g\n1,2,3,0.5,1,a\n1,2\n")
      try sandbox.write("word.csv", "n,d,loss,acc,lr,g\n1,2,3,0.5,1,a\n1,2,three,0.5,1,a\n")
      let kinds: [(file: String, options: [String], status: Int32, sentence: String)] = [
        ("runs.csv", ["--nonsense"], 2, "--nonsense"),
        ("runs.csv", ["--seed", "many"], 2, "--seed"),
        ("runs.csv", ["--where", "n"], 2, "--where \"n\" is no condition"),
        ("runs.csv", ["--where", "size=1"], 2, "runs.csv:1:1: There is no column called size."),
        ("runs.csv", ["--where", "g=c"], 2, "runs.csv:1:1: No row has g = c. Known: a, b."),
        ("runs.csv", ["--y", "los", "--loss", "los"], 2, "los"),
        ("none.csv", [], 2, "none.csv: The file cannot be read"),
        ("./", [], 2, "This is a folder"),
        ("head.csv", [], 2, "head.csv:1:1: The table has a header but no rows."),
        (
          "ragged.csv", [], 2,
          "ragged.csv:3:1: This row has 2 fields and the header 6. Mend the row"
        ),
        (
          "word.csv", [], 2,
          "word.csv:3:5: Column loss has \"three\", and a number was expected. Mend"
        ),
        ("na.csv", [], 1, ""),
      ]
      for command in Self.commands {
        let plain = await sandbox.quanta([command.name, "runs.csv"] + command.options)
        // Approaches that these runs do not feed are left out; isoFLOP needs parabolas.
        #expect(plain.status < 2, "\(command.name): \(plain.output)")
        for kind in kinds {
          var options = kind.options
          // Each command knows one of the two.
          if options.contains("--loss") {
            options = command.name == "downstream" ? ["--loss", "los"] : ["--y", "los"]
          }
          let words = [command.name, kind.file] + command.options + options
          let result = await sandbox.quanta(words)
          #expect(
            result.status == kind.status
              && (kind.sentence.isEmpty || result.output.contains(kind.sentence)),
            "\(words): \(result.status) \(result.output)")
        }
      }
    }
  }

  @Test func answers_thatTheDataDoNotGive_endWithOneAndTheReason() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.lawful)
      let cases: [(words: [String], status: Int32, sentence: String)] = [
        (["fit", "--x", "n", "--y", "loss", "--where", "n=1e8", "--json"], 1, "\"refused\""),
        (["predict", "--x", "n", "--y", "loss", "--where", "n=1e8", "--at", "1B"], 1, "no value"),
        (
          ["optimum", "--minimum-over", "lr", "--x", "n", "--y", "loss", "--where", "n=1e8"], 1,
          "no law. "
        ),
        (
          [
            "optimum", "--minimum-over", "lr", "--x", "n", "--y", "loss", "--where", "n=1e8",
            "--json",
          ], 1, "\"refused\""
        ),
        (
          ["downstream", "--x", "n", "--loss", "loss", "--accuracy", "acc", "--where", "n=1e8"], 1,
          "no law. "
        ),
        (
          [
            "compute-optimal", "--x", "n", "--x2", "d", "--y", "loss", "--where", "n=1e8",
            "--bootstrap", "100",
          ], 1, "left out"
        ),
        // Options that no data can mend.
        (
          [
            "downstream", "--x", "n", "--x2", "d", "--loss", "loss", "--accuracy", "acc",
            "--hold-out", "22",
          ], 2,
          "--hold-out 22 leaves 3 of 25 places, and two steps, the first of form chinchilla, need 7. Hold out 18 at most."
        ),
        (
          ["fit", "--x", "n", "--y", "loss", "--form", "quanta", "--k", "3"], 2,
          "K = 3 is held at no more than the greatest n"
        ),
        (["fit", "--x", "n", "--x2", "n", "--y", "loss"], 2, "--x and --x2 both name n"),
        (["predict", "--x", "n", "--y", "n", "--at", "1B"], 2, "--x and --y both name n"),
        (
          ["compute-optimal", "--x", "n", "--x2", "n", "--y", "loss"], 2, "--x and --x2 both name n"
        ),
        (
          ["optimum", "--minimum-over", "lr", "--x", "lr", "--y", "loss"], 2,
          "--minimum-over and --x both name lr"
        ),
        (
          ["downstream", "--x", "n", "--loss", "loss", "--accuracy", "loss"], 2,
          "--loss and --accuracy both name loss"
        ),
        (["fit", "--x", "n", "--y", "loss", "--by", "g", "--cluster", "g"], 2, "both name g"),
      ]
      let slip = await sandbox.quanta("fit", "runs.cs", "--x", "n", "--y", "loss")
      #expect(slip.status == 2 && slip.output.contains("did you mean runs.csv?"), "\(slip.output)")
      for (words, status, sentence) in cases {
        let result = await sandbox.quanta([words[0], "runs.csv"] + words.dropFirst())
        #expect(
          result.status == status && result.output.contains(sentence),
          "\(words): \(result.status) \(result.output)")
      }
    }
  }

  @Test func values_thatNoRowHas_areSaidWithTheNearest() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.lawful)
      for command in Self.commands where command.options.contains("--y") {
        let result = await sandbox.quanta(
          [command.name, "runs.csv"] + command.options + ["--where", "n=1e8,3e8,9e8,1B,2.7B,8.1B"])
        #expect(
          result.output.contains(
            "--where n = 1e8,3e8,9e8,1B,2.7B,8.1B: no row has 1B. The nearest: 900000000.0, "),
          "\(command.name): \(result.output)")
      }
    }
  }

  /// Sizes are read wherever a number of an axis is typed.
  @Test func sizes_inEveryOption_areNumbers() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.lawful)
      let fit = ["fit", "runs.csv", "--x", "n", "--y", "loss", "--bootstrap", "0", "--json"]
      let pairs: [([String], [String])] = [
        (["--x-range", "0.2B..9B"], ["--x-range", "2e8..9e9"]),
        (["--where", "n>=300M"], ["--where", "n>=3e8"]),
        (["--where", "n=300M,900M,2.7B"], ["--where", "n=3e8,9e8,2.7e9"]),
        (["--form", "offset", "--hold", "E=1k"], ["--form", "offset", "--hold", "E=1000"]),
        (["--form", "quanta", "--k", "20B"], ["--form", "quanta", "--k", "2e10"]),
        (["--let", "z=n*1M", "--x", "z"], ["--let", "z=n*1e6", "--x", "z"]),
      ]
      for (sizes, plain) in pairs {
        let one = await sandbox.quanta(fit + sizes)
        let other = await sandbox.quanta(fit + plain)
        #expect(one.status < 2, "\(sizes): \(one.output)")
        // The rules quote the condition as it was typed.
        func parameters(_ text: String) -> Substring { text.drop { $0 != "{" } }
        let exponents = [one, other].map { result in
          (try? JSONSerialization.jsonObject(with: Data(parameters(result.output).utf8))
            as? [String: Any])
            .flatMap { $0?["parameters"] as? NSDictionary }
        }
        #expect(exponents[0] != nil && exponents[0] == exponents[1], "\(sizes)")
      }
    }
  }

  /// What shows a stored sweep's fits ends as `fit` does; what shows its runs does not ask for a fit.
  @Test func fitsOfASweep_thatAreRefused_endEveryCommandOfThemWithOne() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "w.yaml",
        """
        name: w
        workload: sparse-parity
        settings: {tasks: 4, bits: 8, subset: 2, batch: 16, steps: 20, regime: online}
        grid: {width: [9, 15, 25], seed: [0]}
        fits:
          law: {x: parameters, y: loss.final}
          bent: {x: parameters, y: loss.final, form: shifted}
        """)
      #expect(await sandbox.quanta("run", "w.yaml").status == 0)
      for words in [
        ["fit", "w"], ["plot", "w", "--output", "p"], ["report", "w"],
        ["export", "w", "--what", "fits"], ["export", "w", "--what", "fits", "--format", "latex"],
        ["export", "w", "--what", "residuals"],
      ] {
        let result = await sandbox.quanta(words)
        #expect(result.status == 1, "\(words): \(result.output)")
        if words[0] != "fit" {
          #expect(result.output.contains("bent (refused)"), "\(words): \(result.output)")
        }
      }
      for words in [["export", "w"], ["plot", "w", "--what", "curves"]] {
        #expect(await sandbox.quanta(words).status == 0, "\(words)")
      }
      #expect(await sandbox.quanta("export", "none").status == 2)
    }
  }
}
