import SweepFiles
import SweepModel
import Testing

@testable import Operations

/// What sweep files of commands say, the files of W&B among them.
@Suite struct CommandFileTests {
  private static let head = "name: w\nrun: python3 /opt/train.py\ngrid: {seed: [0, 1]}\n"
  private static let wandb =
    "program: /opt/train.py\nmethod: grid\nparameters: {seed: {values: [0, 1]}}\n"

  private func handling(_ text: String) throws -> CommandHandling {
    let job = try #require(StoredSweep.parse(text).jobs.first)
    return CommandHandling(text: job.parameters.text(CommandSpec.handling))
  }

  private func keys(_ text: String) throws -> [JobKey] {
    try StoredSweep.parse(text).jobs.map(\.key)
  }

  @Test func best_isWhatTheFileSays() throws {
    #expect(try handling(Self.head).best.isEmpty)
    #expect(try handling(Self.head + "metrics: loss\n").best.isEmpty)
    #expect(try handling(Self.head + "metrics: {best: max}\n").best == [BestValue(nil, .max)])
    let rules = try handling(Self.head + "metrics: {best: {val/acc: max, loss: minimize}}\n").best
    #expect(BestValue.end(of: "val/acc", by: rules) == .max)
    #expect(BestValue.end(of: "loss", by: rules) == .min)
    #expect(BestValue.end(of: "norm", by: rules) == nil)
  }

  /// W&B's default is the least.
  @Test func best_ofFilesOfWandB_isTheirGoal() throws {
    #expect(try handling(Self.wandb + "metric: {name: a}\n").best == [BestValue("a", .min)])
    let greatest = Self.wandb + "metric: {name: acc, goal: maximize}\n"
    #expect(try handling(greatest).best == [BestValue("acc", .max)])
    #expect(
      try handling(greatest + "metrics: {best: {acc: min}}\n").best == [BestValue("acc", .min)])
  }

  /// It names a value that is recorded anyway: what is recorded is not run anew for it.
  @Test func best_makesNoOtherJobs() throws {
    #expect(
      try keys(Self.head + "metrics: {required: acc}\n")
        == keys(Self.head + "metrics: {required: acc, best: max}\n"))
    #expect(
      try keys(Self.wandb + "metric: {name: acc}\n")
        == keys(Self.wandb + "metric: {name: acc, goal: maximize}\n"))
  }

  /// All slips of a command are told at once.
  @Test func words_withSeveralSlips_areToldTogether() {
    let text =
      "name: w\nrun: /opt/t {seeed} {x} {wdth}\nenv: {A: '{q}'}\ngrid: {seed: [0], width: [1, 2]}\n"
    #expect { try StoredSweep.parse(text) } throws: { error in
      ["has {seeed}", "has {x} as well.", "has {wdth} as well, for \"width\"?", "\"env\" has {q}"]
        .allSatisfy { "\(error)".contains($0) }
    }
  }

  /// Of W&B's values one may be a list, and none is nothing.
  @Test func valuesOfWandB_areListsOrRefused() throws {
    let head = "program: /opt/t.py\nmethod: grid\nparameters:\n  seed: {values: [0, 1]}\n"
    let sweep = try StoredSweep.parse(head + "  dims: {value: [1, 2]}\n")
    #expect(sweep.jobs.map { $0.parameters["dims"] } == [.text("[1, 2]"), .text("[1, 2]")])
    for value in ["{value: null}", "null", "{values: [null]}"] {
      #expect { try StoredSweep.parse(head + "  lr: \(value)\n") } throws: {
        "\($0)".contains("\"lr\" ") && !"\($0)".contains("unknown")
      }
    }
  }

  /// What is recorded of a series has four names; whatever else a program may write is not known.
  @Test(arguments: [
    ("loss.finl", "\"loss\" there is no \"finl\"; did you mean \"final\"?"),
    ("loss.mean", "there is no"),
    ("loss.best", nil), ("acc.finl", nil), ("a.b", nil), ("loss.x.final", nil),
  ])
  func fit_ofASlipInASeriesNumbers_isRefused(_ y: String, _ words: String?) {
    let text = Self.head + "metrics: [loss, a.b]\nfits: {c: {x: seed, y: \(y)}}\n"
    let error = #expect(throws: (any Error).self) {
      _ = try StoredSweep.parse(text)
      if words == nil { throw CancellationError() }
    }
    let told = error.map { "\($0)" } ?? ""
    #expect(words.map(told.contains) ?? (error is CancellationError), "\(told)")
  }

  @Test(arguments: [
    "metrics: {best: most}", "metrics: {best: {acc: 3}}", "metrics: {best: [max]}",
    "metric: {name: acc, goal: maximise}",
  ])
  func best_ofAnotherWord_isRefused(line: String) throws {
    #expect {
      try StoredSweep.parse(Self.head + line + "\n")
    } throws: {
      "\($0)".contains("must be min or max, found")
    }
  }

  private static let nested = """
    program: /opt/train.py
    method: grid
    parameters:
      seed: {values: [0, 1]}
      optimizer:
        parameters:
          lr: {values: [0.1, 0.01]}
          schedule: {parameters: {warm: {value: 5}}}
      zip: [{a: [1, 2], b: [3, 4]}]
    """

  @Test func nestedParameters_ofFilesOfWandB_haveNamesWithDots() throws {
    let sweep = try StoredSweep.parse(Self.nested)
    #expect(sweep.axes == ["seed", "optimizer.lr", "optimizer.schedule.warm", "a", "b"])
    #expect(sweep.jobs.count == 8)
    let last = try #require(sweep.jobs.last).parameters
    #expect(last["optimizer.lr"] == .real(0.01) && last["optimizer.schedule.warm"] == .integer(5))
    let spec = try #require(CommandSpec(text: last.text(CommandSpec.parameter)))
    #expect(spec.groups == ["optimizer", "optimizer.schedule"])
    #expect(CommandSpec(text: spec.text) == spec)
    let other = try StoredSweep.parse(Self.nested, ["optimizer.lr=0.5"])
    #expect(other.jobs.allSatisfy { $0.parameters["optimizer.lr"] == .real(0.5) })
  }

  @Test func plainNamesWithDots_areNoGroups() throws {
    let job = try #require(
      StoredSweep.parse(Self.wandb.replacing("seed:", with: "model.seed:")).jobs.first)
    #expect(CommandSpec(text: job.parameters.text(CommandSpec.parameter))?.groups.isEmpty == true)
  }

  @Test(arguments: [
    ("o: {parameters: {}}", "3:30: \"parameters\" of \"o\" is empty"),
    (
      "o: {parameters: 3}",
      "\"parameters\" of \"o\" must be a mapping from parameters to values, found"
    ),
    ("o: {parameters: {a: 1}, value: 2}", "\"o\" has both \"parameters\" and \"value\""),
    (
      "o: {parameters: {a: 1}}, o.b: 2",
      "\"o.b\" and the group \"o\" of nested parameters cannot be told"
    ),
    ("o: {parameters: {a: {min: 0, max: 1}}}", "are for W&B, which draws values at random"),
  ])
  func nestedParameters_thatMakeNoSense_areRefused(grid: String, words: String) throws {
    #expect {
      try StoredSweep.parse("program: /opt/train.py\nmethod: grid\nparameters: {\(grid)}\n")
    } throws: {
      return "\($0)".contains(words)
    }
  }

  @Test func handling_readsBackWhatItWrote() {
    for best in [[], [BestValue(nil, .max)], [BestValue("a\"b", .min), BestValue(nil, .max)]] {
      var handling = CommandHandling()
      handling.best = best
      #expect(CommandHandling(text: handling.text) == handling)
    }
    #expect(!CommandHandling().text.contains("best"))
    #expect(
      CommandHandling(text: "{\"best\": {\"a\": 7, \"b\": \"max\"}}").best == [BestValue("b", .max)]
    )
  }
}
