import Fitting
import Glibc
import SweepModel

/// Turns jobs without results, and jobs that nobody has asked for, into candidates.
struct CandidateMaker {
  let request: FitRequest
  let axes: [String]
  let cost: (Parameters) -> Double?
  private let known: KnownInputs
  /// The steps of a run's rows, where points are rows of curves.
  private let steps: [Double]
  private var clusters: [Parameters: Int]
  private(set) var pending: [Experiment] = []
  private(set) var candidates: [RunCandidate] = []
  /// Jobs of which nothing tells the inputs or the price.
  private(set) var unknown: [JobKey] = []

  init(
    request: FitRequest, axes: [String], cost: @escaping (Parameters) -> Double?,
    known: KnownInputs, points: [FitPoint], clusters: [Parameters: Int]
  ) {
    self.request = request
    self.axes = axes
    self.cost = cost
    self.known = known
    self.clusters = clusters
    let axis = request.inputs.firstIndex(of: "step")
    let longest = Dictionary(grouping: points, by: \.cluster).values.max { $0.count < $1.count }
    steps = axis.map { axis in longest?.map { $0.inputs[axis] } ?? [] } ?? []
  }

  /// Takes a job of the grid.
  mutating func add(_ record: JobRecord, isPending: Bool) {
    guard let known = experiment(record.job.parameters) else {
      if !isPending { unknown.append(record.job.key) }
      return
    }
    guard let experiment = known else { return }
    if isPending {
      pending.append(experiment)
    } else {
      candidates.append(
        RunCandidate(
          parameters: record.job.parameters, origin: .grid(record.job.key), experiment: experiment))
    }
  }

  /// What a job would bring, nothing outside the range of x; nil where nothing tells its inputs or
  /// price.
  private mutating func experiment(_ parameters: Parameters) -> Experiment?? {
    guard let cost = cost(parameters), cost > 0, let inputs = inputs(parameters) else {
      return nil
    }
    let admitted = inputs.filter { request.xRange?.contains($0[0]) ?? true }
    guard !admitted.isEmpty else { return .some(nil) }
    let name = request.isOfSteps ? parameters : parameters.withoutSeed
    let cluster = clusters[name] ?? clusters.count
    clusters[name] = cluster
    return Experiment(cluster: cluster, inputs: admitted, cost: cost)
  }

  private func inputs(_ parameters: Parameters) -> [[Double]]? {
    let values = request.inputs.map { name -> Double? in
      name == "step" ? 1 : known.value(name, of: parameters)
    }
    guard !values.contains(nil) else { return nil }
    guard request.isOfSteps else { return [values.compactMap(\.self)] }
    guard !steps.isEmpty else { return nil }
    return steps.map { step in
      zip(request.inputs, values).map { $0 == "step" ? step : $1 ?? 0 }
    }
  }

  /// Another seed of every point, and every numeric axis halfway (in the logarithm) between its
  /// two largest values and one such stride beyond either end, all else as at the grid's points.
  func further(_ members: [JobRecord]) -> [RunCandidate] {
    var maker = self
    var found: [RunCandidate] = []
    var known = Set(members.map(\.job.parameters))
    func offer(_ parameters: Parameters, _ origin: RunCandidate.Origin) {
      guard known.insert(parameters).inserted,
        let experiment = maker.experiment(parameters) ?? nil
      else { return }
      found.append(
        RunCandidate(parameters: parameters, origin: origin, experiment: experiment))
    }
    let seeds = members.compactMap { record -> Int? in
      if case .integer(let seed)? = record.job.parameters["seed"] { seed } else { nil }
    }
    let first = members.filter {
      seeds.isEmpty || $0.job.parameters["seed"] == seeds.min().map(Value.integer)
    }
    if axes.contains("seed"), let last = seeds.max(), last < Int.max {
      for record in first {
        var parameters = record.job.parameters
        parameters["seed"] = .integer(last + 1)
        offer(parameters, .seed)
      }
    }
    for axis in axes where axis != "seed" && !request.by.contains(axis) {
      let values = Set(members.compactMap { $0.job.parameters[axis]?.number }).sorted()
      guard values.count > 1, values[0] > 0 else { continue }
      for record in first where record.job.parameters[axis]?.number == values.last {
        for value in Self.strides(values) {
          guard let value = record.job.parameters[axis]?.alike(value) else { continue }
          var parameters = record.job.parameters
          parameters[axis] = value
          offer(parameters, .scale(axis: axis))
        }
      }
    }
    return found
  }

  private static func strides(_ values: [Double]) -> [Double] {
    let last = values.count - 1
    return [
      values[0] * values[0] / values[1], (values[last] * values[last - 1]).squareRoot(),
      values[last] * values[last] / values[last - 1],
    ]
  }
}

extension Parameters {
  /// What names the grid point: everything except the seed.
  var withoutSeed: Parameters {
    var parameters = self
    parameters["seed"] = nil
    return parameters
  }
}

extension Value {
  /// Another number of the same kind; nil for words and flags.
  fileprivate func alike(_ number: Double) -> Value? {
    switch self {
    case .integer: Int(exactly: number.rounded()).map(Value.integer)
    case .real: .real(number)
    default: nil
    }
  }
}
