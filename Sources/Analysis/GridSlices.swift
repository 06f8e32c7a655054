public import SweepModel

/// The jobs of a sweep by their values of some axes.
public struct GridSlices: Sendable {
  /// Each combination of values with its jobs, both in grid order.
  public private(set) var slices: [(labels: [FitGroup.Label], jobs: [JobRecord])]

  /// Sorts jobs; one slice without labels where no axis is named.
  public init(_ jobs: [JobRecord], by names: [String]) {
    var places: [[Value?]: Int] = [:]
    var slices: [(labels: [FitGroup.Label], jobs: [JobRecord])] = []
    for job in jobs {
      let values = names.map { job.job.parameters[$0] }
      if let place = places[values] {
        slices[place].jobs.append(job)
      } else {
        places[values] = slices.count
        let labels = zip(names, values).map {
          FitGroup.Label(name: $0, value: $1?.description ?? "none")
        }
        slices.append((labels, [job]))
      }
    }
    let short = FitGroup.Label.shortened(slices.map(\.labels))
    self.slices = zip(short, slices).map { ($0, $1.jobs) }
  }
}
