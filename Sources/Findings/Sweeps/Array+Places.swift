package import Analysis

extension [FitReport] {
  /// Those whose inputs the places name; throws what is wrong with the places where none has them.
  package func suiting(_ places: [AskedPlace]) throws -> [FitReport] {
    var first: AskedPlaceError?
    let found = filter { report in
      do throws(AskedPlaceError) {
        for place in places { _ = try place.meaning(for: report.request) }
        return true
      } catch {
        first = first ?? error
        return false
      }
    }
    guard found.isEmpty, let first else { return found }
    throw first
  }

  /// The same with figures out to the places: every fit out to those that have its inputs.
  package func reaching(_ places: [AskedPlace]) throws -> [FitReport] {
    guard !places.isEmpty else { return self }
    for place in places { _ = try suiting([place]) }
    return try map { report in
      let own = places.filter { (try? $0.meaning(for: report.request)) != nil }
      return try PredictionReport(report, at: own).drawable
    }
  }
}
