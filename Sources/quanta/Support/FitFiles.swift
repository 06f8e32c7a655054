import Analysis
import Foundation
import Reports
import SweepModel

/// Everything about fits as files: JSON, CSV, LaTeX and every figure.
struct FitFiles {
  let folder: OutputFolder
  /// True to begin the names with the fit's, where a folder holds several.
  let isNamed: Bool

  /// Writes the files of a fit; returns their paths.
  func write(_ report: FitReport) throws -> [String] {
    let texts = [
      ("fit.json", try jsonText(JSONFit(report.document)) + "\n"),
      ("parameters.csv", FitExport.parameters([report])),
      ("residuals.csv", FitExport.residuals([report])),
      ("draws.csv", FitExport.draws([report])),
      ("grid.csv", FitExport.grid([report])),
      ("fit.tex", LatexTable.text([report])),
    ]
    let figures = FitFigure.allCases.flatMap {
      $0.draw(report, limit: FitFigure.groupLimit)
    }.map {
      ("\($0.name).svg", $0.figure.svg)
    }
    return try (texts + figures).map { name, text in
      let path = folder.file(isNamed ? "\(report.request.name)-\(name)" : name)
      try OutputFolder.write(Data(text.utf8), to: path)
      return path
    }
  }
}
