import Glibc
import SweepModel

/// Points in rescaled variables: the columns that a form reads, centred, with y in units of its
/// smallest value, so that rescaling any input or the objective changes nothing.
struct Binding {
  let model: CurveModel
  let sample: Sample
  /// s: the unit of y.
  let scale: Double
  private let centres: [Double]
  private let form: FitRequest.Form

  /// Binds a form to points.
  ///
  /// - Parameters:
  ///   - held: Parameters that are not fitted, with their values.
  ///   - isCentred: False makes every reported parameter one working variable, so that it can be
  ///     held; the variables are then strongly correlated.
  init(
    points: [FitPoint], form: FitRequest.Form, held: [String: Double], isCentred: Bool = true
  ) {
    let columns = Self.columns(points, form)
    let centres = columns.map { column in
      isCentred && form.hasCentre && !Self.touches(held, form)
        ? column.reduce(0, +) / Double(column.count) : 0
    }
    let logY = points.map { log($0.y) }
    let logScale = form == .m4 ? 0 : logY.min() ?? 0
    self.form = form
    self.centres = centres
    self.scale = exp(logScale)
    self.sample = Sample(
      columns: zip(columns, centres).map { column, centre in column.map { $0 - centre } },
      logY: logY.map { $0 - logScale }, weights: points.map(\.weight),
      areUpperBounds: points.map(\.isUpperBound))
    self.model = CurveModel(
      form: form, centres: centres, logScale: logScale, points: points, held: held)
  }

  /// The columns at other places, centred as those of the points are; y is the unit.
  func sample(at inputs: [[Double]]) -> Sample {
    let places = inputs.map { FitPoint(x: $0[0], further: Array($0.dropFirst()), y: 1, cluster: 0) }
    let ones = Array(repeating: 1.0, count: places.count)
    return Sample(
      columns: zip(Self.columns(places, form), centres).map { column, centre in
        column.map { $0 - centre }
      }, logY: ones.map { _ in 0 }, weights: ones)
  }

  /// A held prefactor or place is one variable only where nothing is centred.
  private static func touches(_ held: [String: Double], _ form: FitRequest.Form) -> Bool {
    form.parameters.contains { $0.isLogarithmic && held[$0.name] != nil }
  }

  /// The logarithms that the form's formula contains.
  static func columns(_ points: [FitPoint], _ form: FitRequest.Form) -> [[Double]] {
    let inputs = (0..<form.inputCount).map { input in points.map { log($0.input(input)) } }
    guard form == .overtrained else { return inputs }
    return [
      zip(inputs[0], inputs[1]).map { $0 - $1 }, zip(inputs[0], inputs[1]).map { $0 + $1 },
    ]
  }
}

extension CurveModel {
  /// The values that a parameter can have by its definition and the bounds of the search; all for one
  /// whose working variable is a mixture.
  func bounds(of index: Int) -> ClosedRange<Double> {
    let coordinate = coordinates[index]
    guard coordinate.row.count == 1, free[index], let row = coordinate.row.first else {
      return -.infinity ... .infinity
    }
    let ends = [lower[index], upper[index]].map {
      coordinate.parameter.value(linear: coordinate.offset + row.factor * $0)
    }
    return ends[0]...max(ends[0], ends[1])
  }
}

extension FitRequest.Form {
  /// False where the formula needs the inputs themselves.
  fileprivate var hasCentre: Bool { ![.quanta, .quantaData, .repeated].contains(self) }

  fileprivate var curve: CurveModel.Curve {
    switch self {
    case .power: .powers(PowerSum(hasFloor: false, termCount: 1, isTied: false))
    case .offset: .powers(PowerSum(hasFloor: true, termCount: 1, isTied: false))
    case .chinchilla: .powers(PowerSum(hasFloor: true, termCount: 2, isTied: false))
    case .chinchillaTied, .overtrained:
      .powers(PowerSum(hasFloor: true, termCount: 2, isTied: true))
    case .shifted: .shifted(ShiftedCurve())
    case .m4: .jets(.m4)
    case .bnsl1, .bnsl2, .bnsl3: .broken(BrokenCurve(breaks: breakCount))
    case .quanta: .jets(.quanta(ofData: false))
    case .quantaData: .jets(.quanta(ofData: true))
    case .repeated: .jets(.repeated)
    case .errorLaw: .jets(.errorLaw)
    }
  }
}

/// Where minima of forms are sought whose objective may fall forever along valleys to infinity, as a
/// shifted power law's towards an exponential and two breaks' of opposite strength towards a bump.
enum SearchDomain {
  /// x₀ in units of the largest x.
  static let shift = 1e3
  /// |c₀|, and |c| of a shifted power law: beyond, no double holds b.
  static let slope = 30.0
  /// |c₁|, |c₂|, |c₃|: two breaks of opposite strength are a step or a bump there already, to a
  /// hundredth of its width.
  static let change = 100.0
  /// How far beyond the range of ln x a break may lie, in units of that range; to its right at least
  /// as far as x₀ of a shifted power law, which is such a break.
  static let margin = 2.0
  /// ln f.
  static let widths = -4.0...3.0
  /// α of the quantization model: p_k falls with k or is even, and ζ(α + 1, q) is exact.
  static let quanta = -1.0...7.0
  /// The same where (x/x₁)^(1/(1 + α)) quanta are learned.
  static let quantaOfData = -0.9...7.0
  /// ln γ of a saturating error, less ln of the largest x and of the least.
  static let rates = (slow: -10.0, fast: 4.0)
  /// ln k in units of the least error: below, no point tells it from 0.
  static let depth = -30.0
}

extension CurveModel {
  /// The coordinates of a form whose columns have the given centres, with y in units of e^logScale.
  fileprivate init(
    form: FitRequest.Form, centres: [Double], logScale: Double, points: [FitPoint],
    held: [String: Double]
  ) {
    let parameters = form.parameters
    func place(_ name: String) -> Int { parameters.firstIndex { $0.name == name } ?? 0 }
    var coordinates: [Coordinate] = []
    var lower = Vector(repeating: -.infinity)
    var upper = Vector(repeating: .infinity)
    var free = Mask.all(parameters.count)
    for (index, parameter) in parameters.enumerated() {
      var offset = 0.0
      var row = [(index: index, factor: 1.0)]
      switch parameter.role {
      case .exponent where parameter.name == "gamma": offset = -centres[0]
      case .exponent: break
      case .floor:
        row[0].factor = exp(logScale)
        lower[index] = 0
      case .prefactor:
        offset = logScale
        let term = parameter.name == "B" || (form == .overtrained && parameter.name == "b") ? 1 : 0
        let exponents = form.exponentNames
        if !exponents.isEmpty,
          let centre = centres.indices.contains(term) ? centres[term] : nil, centre != 0
        {
          row.append((place(exponents[min(term, exponents.count - 1)]), centre))
        }
      case .scale where parameter.name == "x0":
        row[0].factor = exp(centres[0])
        lower[index] = 0
      case .scale: offset = centres[0]
      case .shape: break
      }
      if let value = held[parameter.name] {
        free[index] = false
        let linear = (parameter.linear(value) - offset) / row[0].factor
        lower[index] = linear
        upper[index] = linear
      }
      coordinates.append(Coordinate(parameter: parameter, offset: offset, row: row))
    }
    let logs = points.map { log($0.x) - (centres.first ?? 0) }
    form.bound(
      &lower, &upper, points: points, free: free,
      ends: (low: logs.min() ?? 0, high: logs.max() ?? 1))
    self.init(
      curve: form.curve, coordinates: coordinates, lower: lower, upper: upper, free: free)
  }
}

extension FitRequest.Form {
  /// The exponents of the terms, in the terms' order.
  fileprivate var exponentNames: [String] {
    switch self {
    case .chinchilla, .repeated: ["alpha", "beta"]
    case .chinchillaTied, .quanta, .quantaData: ["alpha"]
    case .overtrained: ["eta"]
    case .bnsl1, .bnsl2, .bnsl3: ["c0"]
    case .power, .offset, .shifted, .m4: ["c"]
    case .errorLaw: []
    }
  }

  /// Bounds beyond those that a parameter's role has; `ends` are those of the first column.
  fileprivate func bound(
    _ lower: inout Vector, _ upper: inout Vector, points: [FitPoint], free: Mask,
    ends: (low: Double, high: Double)
  ) {
    let largest = log(points.map(\.x).max() ?? 1)
    switch self {
    case .m4:
      if free[0] { upper[0] = 1 - 1e-9 }
      if free[3] { lower[3] = 0 }
    case .quanta, .quantaData:
      let isOfData = self == .quantaData
      let alphas = isOfData ? SearchDomain.quantaOfData : SearchDomain.quanta
      if free[1] { (lower[1], upper[1]) = (alphas.lowerBound, alphas.upperBound) }
      if free[2] { (lower[2], upper[2]) = isOfData ? (0, 60) : (largest + 1e-9, largest + 30) }
    case .errorLaw:
      if free[1] { lower[1] = SearchDomain.depth }
      guard free[2] else { break }
      lower[2] = SearchDomain.rates.slow - ends.high
      upper[2] = SearchDomain.rates.fast - ends.low
    case .shifted:
      if free[3] { upper[3] = SearchDomain.shift * exp(ends.high) }
      guard free[2] else { break }
      lower[2] = -SearchDomain.slope
      upper[2] = SearchDomain.slope
    case .bnsl1, .bnsl2, .bnsl3:
      let margin = SearchDomain.margin * (ends.high - ends.low)
      func bound(_ index: Int, _ low: Double, _ high: Double) {
        guard free[index] else { return }
        lower[index] = low
        upper[index] = high
      }
      bound(2, -SearchDomain.slope, SearchDomain.slope)
      for place in 0..<breakCount {
        bound(3 + 3 * place, -SearchDomain.change, SearchDomain.change)
        bound(
          4 + 3 * place, ends.low - margin, ends.high + max(margin, log(SearchDomain.shift)))
        bound(5 + 3 * place, SearchDomain.widths.lowerBound, SearchDomain.widths.upperBound)
      }
    case .repeated:
      for index in 3...4 where free[index] { lower[index] = 1e-3 }
      for index in 5...6 where free[index] {
        lower[index] = -5
        upper[index] = 30
      }
    default: break
    }
  }
}
