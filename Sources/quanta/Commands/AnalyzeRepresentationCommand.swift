import ArgumentParser
import Findings
import Foundation
import Grokking

struct AnalyzeRepresentationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "representation",
    abstract: "How often a training set determines the embeddings, without training.",
    discussion: """
      Of the sums i + j of p numbers, 0 ≤ i ≤ j < p, random training sets of a size. Two samples of \
      equal sum say E_i + E_n = E_j + E_m. The linear representation is unique when nothing obeys \
      these equations but its shifts and multiples (arXiv:2205.10343, section 3.2). Ranks are exact \
      for p ≤ 47. The standard error of a fraction P of n sets is √(P(1 − P)/n).

      --json prints {"p": 10, "rows": [{"trainNum": 18, "sets": 2000, "unique": 0.039}, …]}.

      Examples:
        quanta analyze representation
        quanta analyze representation --p 10 --train-num 15,18,…,39 --sets 500 --json
        quanta analyze representation --p 20 --train-num 60,100
      """)

  @Option(name: .long, help: "Numbers that are added, 2 to 256.")
  var p = 10
  @Option(
    name: .long, help: "Sizes of training sets; 15,18,…,39 (or 15,18,...,39) goes on in threes.")
  var trainNum: NumberList = NumberList(numbers: Array(stride(from: 15, through: 39, by: 3)))
  @Option(name: .long, help: "Random training sets of each size.")
  var sets = 2000
  @Option(name: .long, help: "The seed of the training sets.")
  var seed: UInt64 = 1
  @OptionGroup var printing: OutputOptions

  private struct Document: Encodable {
    struct Row: Encodable {
      let trainNum: Int
      let sets: Int
      let unique: Double
    }
    let p: Int
    let rows: [Row]
  }

  func validate() throws {
    guard (2...256).contains(p) else { throw ValidationError("--p must be from 2 to 256") }
    guard sets > 0 else { throw ValidationError("--sets must be above 0") }
    let samples = AdditionTask(symbols: p).samples.count
    if let wrong = trainNum.numbers.first(where: { !(1...samples).contains($0) }) {
      throw ValidationError(
        "--train-num \(wrong): a training set of p = \(p) has 1 to \(samples) samples")
    }
  }

  func run() throws {
    let task = AdditionTask(symbols: p)
    let rows = trainNum.numbers.map { count in
      Document.Row(
        trainNum: count, sets: sets,
        unique: task.uniqueFraction(trainNum: count, sets: sets, seed: seed))
    }
    guard !printing.json else { return try printJSON(Document(p: p, rows: rows)) }
    var table = TextTable(["trainNum", "sets", "unique", "±"], numeric: [0, 1, 2, 3])
    for row in rows {
      let error = (row.unique * (1 - row.unique) / Double(row.sets)).squareRoot()
      table.add([
        "\(row.trainNum)", "\(row.sets)", String(format: "%.4f", row.unique),
        String(format: "%.4f", error),
      ])
    }
    Console.print(table.text)
  }
}
