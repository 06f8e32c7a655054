package import Analysis
import Foundation
import Reports
import SweepModel

/// Everything about fits as files: JSON, CSV, LaTeX and every figure.
package struct FitFiles {
  package let folder: OutputFolder
  /// True to begin the names with the fit's, where a folder holds several.
  package let isNamed: Bool

  package init(folder: OutputFolder, isNamed: Bool) {
    self.folder = folder
    self.isNamed = isNamed
  }

  /// Writes the files of a fit; returns their paths.
  package func write(_ report: FitReport) throws -> [String] {
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

/// Everything about compute-optimal frontiers as files.
package struct FrontierFiles {
  package let folder: OutputFolder

  package init(folder: OutputFolder) {
    self.folder = folder
  }

  /// Writes the files; returns their paths.
  package func write(_ report: IsoFlopReport) throws -> [String] {
    let texts = [
      ("fit.json", try jsonText(JSONFit(report.document)) + "\n"),
      ("parameters.csv", FrontierExport.parameters(report)),
      ("parabolas.csv", FrontierExport.parabolas(report)),
      ("residuals.csv", FrontierExport.residuals(report)),
      ("fit.tex", FrontierLatex.text(report)),
    ]
    let fitted = report.groups.filter { $0.frontiers != nil }
    let chosen = fitted.evenly(FitFigure.groupLimit)
    let note =
      chosen.count == fitted.count ? "" : "\(chosen.count) of \(fitted.count) groups drawn"
    let parabolas = chosen.compactMap { group in
      ParabolaFigure.draw(group, of: report, note: note).map {
        (group.title.isEmpty ? "parabolas.svg" : "parabolas-\(group.title).svg", $0.svg)
      }
    }
    let frontier = FrontierFigure.draw(report).map { [("frontier.svg", $0.svg)] } ?? []
    return try (texts + parabolas + frontier).map { name, text in
      let path = folder.file(name)
      try OutputFolder.write(Data(text.utf8), to: path)
      return path
    }
  }
}
