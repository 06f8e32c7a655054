import Analysis
import Findings
import Fitting
import SweepModel

extension [FitReport] {
  /// Ends a command that has written everything, with 1 where a group of a fit was refused or the data do
  /// not determine its exponents, as `fit` ends; standard error says which.
  func checkAnswers() throws {
    let open = flatMap { report in
      report.groups.filter { $0.fit?.isIdentified != true }.map { group in
        [report.request.name, group.title].filter { !$0.isEmpty }.joined(separator: " ")
          + (group.fit == nil ? " (refused)" : " (not identified)")
      }
    }
    guard !open.isEmpty else { return }
    Console.error("without exponents that the data determine: \(open.joined(separator: ", "))")
    throw ExitStatus.someFailed
  }
}
