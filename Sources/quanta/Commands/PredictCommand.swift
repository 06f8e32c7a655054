import Analysis
import ArgumentParser
import Basics
import Findings
import Foundation
import Reports
import SweepModel

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts the metric at sizes that were not run, with intervals.",
    discussion: """
      Fits as `quanta fit` does and evaluates the fitted curve at every --at: the value, the 95 % \
      interval of the curve there, the 95 % interval of one new measurement (the curve's, widened by \
      how far measurements lie from it), and by how many decades the place is outside the data. \
      Intervals know only the form that was fitted: far outside, that the form holds is an assumption.

      Inputs go by their names, by x, x2, x3, or by the letters of the form's formula. For the forms \
      chinchilla and chinchilla-tied, C=FLOP alone gives the compute-optimal N and D with the metric \
      there; C beside N or D gives the other, C = 6·N·D.

      Without --x and --y those of a sweep's `fits:` that have the inputs are evaluated. --output DIR \
      writes predictions.csv, predictions.json and the figures out to the places.

      Exit status: 1 where there is no prediction, where the data do not determine it, or where points \
      of a sweep's grid are missing; 2 for a wrong command line or a file that cannot be read as asked.

      Examples:
        quanta predict last --at parameters=1e6 --at parameters=1e7
        quanta predict runs.csv --x params --x2 tokens --y loss --form chinchilla \\
          --at N=1e9,D=2e10 --at C=1e24
        quanta predict data.csv --x tokens --y loss --form offset --at 1e12 --json
      """)

  @Argument(help: "A sweep's name, a sweep file, or a table.", completion: .sweepsAndTables)
  var subject: String
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp("NAME=NUMBER,… : where (repeatable).", valueName: "place"),
    transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
  @Option(name: .long, help: "Of a sweep only the fit of this name.")
  var fit: String?
  @OptionGroup var request: FitOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions
  @Flag(name: .long, help: "Print CSV.")
  var csv = false
  @Option(
    name: .shortAndLong, help: "A folder for the predictions as files.", completion: .directory)
  var output: String?

  func validate() throws {
    if places.isEmpty { throw ValidationError("--at says where: give one, such as --at x=1e9") }
    if csv, printing.json { throw ValidationError("--csv and --json exclude each other") }
    if fit != nil, request.isAdHoc {
      throw ValidationError("--fit names one of a sweep's fits, and --x and --y another; give one")
    }
  }

  func run() throws {
    let predictions = try fits().map { fit throws(AskedPlaceError) in
      try PredictionReport(fit, at: places)
    }
    if printing.json {
      try printJSON(predictions.flatMap(\.documents).map(JSONFit.init))
    } else if csv {
      Console.write(PredictionTable.csv(predictions), to: .standardOutput)
    } else {
      Console.print(predictions.map(PredictionTable.text).joined(separator: "\n"))
    }
    try write(predictions)
    if !predictions.allSatisfy(\.isWhole) { throw ExitStatus.someFailed }
    if predictions.contains(where: { !$0.fit.groups.allSatisfy(\.mayBeCalledExponent) }) {
      throw ExitStatus.someFailed
    }
  }

  private func write(_ predictions: [PredictionReport]) throws {
    guard let output else { return }
    let folder = try OutputFolder(output)
    let texts = [
      ("predictions.csv", PredictionTable.csv(predictions)),
      ("predictions.json", try jsonText(predictions.flatMap(\.documents).map(JSONFit.init)) + "\n"),
    ]
    let figures = predictions.flatMap { prediction in
      FitFigure.scaling.draw(prediction.drawable, limit: FitFigure.groupLimit).map {
        (
          "\(predictions.count > 1 ? "\(prediction.fit.request.name)-" : "")\($0.name).svg",
          $0.figure.svg
        )
      }
    }
    for (name, text) in texts + figures {
      let path = folder.file(name)
      try OutputFolder.write(Data(text.utf8), to: path)
      Console.name(path, besideData: printing.json || csv)
    }
  }

  private func fits() throws -> [FitReport] {
    let source = FitSubject(subject, store: store)
    if fit != nil, source.isTable {
      throw CommandError(
        "--fit is for sweeps, and \(subject) is a table", remedy: "name its columns by --x and --y")
    }
    let all = try source.reports(request)
    guard let fit else { return try all.suiting(places) }
    guard let found = all.first(where: { $0.request.name == fit }) else {
      throw CommandError(
        "--fit \(printable(fit)) names none of the fits",
        remedy: NearestWord.remedy(for: fit, in: all.map(\.request.name)))
    }
    return [found]
  }
}

extension AskedPlace {
  /// Reads the value of `--at`.
  init(option text: String) throws {
    do throws(AskedPlaceError) {
      try self.init(parsing: text)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
