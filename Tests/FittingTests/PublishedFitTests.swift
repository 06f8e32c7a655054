import Fitting
import Glibc
import SweepModel
import Testing

/// Fits of published data against values computed independently (numpy and scipy) or published.
struct PublishedFitTests {
  private func fit(
    _ data: DataSet, _ form: FitRequest.Form,
    _ objective: FitRequest.Objective = .logLeastSquares, _ uncertainty: Uncertainty = .none
  ) throws -> Fit {
    let points = data.pairs.enumerated().map { FitPoint(x: $1.x, y: $1.y, cluster: $0) }
    return try Fitter.fit(
      points: points, form: form, objective: objective, uncertainty: uncertainty)
  }

  @Test(arguments: [
    (PublishedData.translation6, 0.16314303026169696, 1.9314238488228836, 0.07681245291125594),
    (PublishedData.translation28, 0.16628508043218265, 1.981765744927037, 0.01497352736406479),
    (PublishedData.vision, 0.20967092166272489, 3.4920490557470893, 0.06514816508158595),
    (PublishedData.visionBiT, 0.28062784293304593, 4.436930351853945, 0.11255106862317195),
  ])
  func powerLaw_leastSquares_reachesReference(
    data: DataSet, exponent: Double, logPrefactor: Double, rss: Double
  ) throws {
    let fit = try fit(data, .power)
    #expect(abs(fit.exponent.value - exponent) < 1e-10)
    #expect(abs(log(value(fit, "b")) - logPrefactor) < 1e-8)
    #expect(abs(fit.objectiveValue - rss / 2) < 1e-8 * rss)
    #expect(fit.converged)
  }

  @Test(arguments: [
    (
      PublishedData.translation6, 0.4704384219807607, 0.29713743394919706, 306.0676627463238,
      0.006158242024623825
    ),
    (
      PublishedData.translation28, 0.32082437246935924, 0.2122099158612686, 47.02279724699566,
      0.003186067423468296
    ),
    (
      PublishedData.visionBiT, 0.29699746334736166, 0.02712998454957784, 107.46637386,
      0.11173918712272647
    ),
  ])
  func offset_leastSquares_reachesReference(
    data: DataSet, exponent: Double, floor: Double, prefactor: Double, rss: Double
  ) throws {
    let fit = try fit(data, .offset)
    #expect(abs(fit.exponent.value - exponent) < 1e-5)
    #expect(abs(value(fit, "E") - floor) < 1e-5)
    #expect(abs(value(fit, "b") - prefactor) < 1e-4 * prefactor)
    #expect(fit.objectiveValue <= rss / 2 * (1 + 1e-8))
    #expect(fit.converged)
    // Points of one learning curve do follow each other; vision's also levels off where it begins.
    let known: Set<FitWarning.Code> = [.betterForm, .dependentResiduals]
    #expect(known.isSuperset(of: fit.warnings.map(\.code)), "\(fit.warnings)")
  }

  @Test
  func offset_asymptotic_reachesReferenceStandardErrors() throws {
    let fit = try fit(PublishedData.translation6, .offset, .logLeastSquares, .asymptotic)
    #expect(abs((fit.exponent.standardError ?? 0) - 0.038418307159145265) < 1e-5)
    #expect(abs((fit.parameter("E")?.standardError ?? 0) - 0.013602933083084653) < 1e-5)
  }

  @Test
  func offset_noFloorInData_flagsBoundaryInsteadOfTinyNumber() throws {
    let fit = try fit(PublishedData.vision, .offset)
    #expect(fit.isFloorAtBound)
    #expect(value(fit, "E") == 0)
    #expect(abs(fit.exponent.value - 0.20967092166272489) < 1e-9)
    #expect(
      fit.warnings.filter { $0.code == .floorAtBoundary }.map(\.message) == [
        "The data push the floor against its bound E = 0: a power law without a floor fits as well."
      ])
  }

  @Test(arguments: [
    (PublishedData.kaplanOptima, 0.8337679322841751, -16.91442332807534, 0.00882324017435542),
    (PublishedData.tunedOptima, 0.49702879549161805, -2.135385314365665, 0.007927342522969004),
  ])
  func risingPowerLaw_asymptotic_reachesPublishedExponentAndError(
    data: DataSet, exponent: Double, logCoefficient: Double, error: Double
  ) throws {
    let fit = try fit(data, .power, .logLeastSquares, .asymptotic)
    #expect(abs(-fit.exponent.value - exponent) < 1e-10)
    #expect(abs(log(value(fit, "b")) - logCoefficient) < 1e-8)
    #expect(abs((fit.exponent.standardError ?? 0) - error) < 1e-10)
  }

  @Test
  func danWood_logLeastSquares_isNotTheCertifiedRawFit() throws {
    let fit = try fit(PublishedData.danWood, .power)
    #expect(abs(-fit.exponent.value - 3.8604055871) > 1e-3)
    #expect(abs(-fit.exponent.value - 3.9172056364815173) < 1e-9)
    #expect(abs(log(value(fit, "b")) - (-0.28775494557641984)) < 1e-9)
  }

  @Test(arguments: [
    (FitRequest.Form.offset, 0.01, 0.0017134665450572921, 0.4609938806814583, 0.29884600323723043),
    (.offset, 0.001, 0.000205124380610583, 0.4525444192523078, 0.2974244608740377),
    (.power, 0.01, 0.0065451973313650335, 0.16983871, 0),
    (.power, 0.001, 0.0006905197331365032, 0.16983871, 0),
  ])
  func huber_thresholds_reachReference(
    form: FitRequest.Form, delta: Double, objective: Double, exponent: Double, floor: Double
  ) throws {
    let fit = try fit(PublishedData.translation6, form, .huber(delta: delta))
    #expect(fit.objectiveValue <= objective * (1 + 1e-8))
    #expect(fit.objectiveValue >= objective * (1 - 1e-4))
    #expect(abs(fit.exponent.value - exponent) < 1e-5)
    #expect(form == .power || abs(value(fit, "E") - floor) < 1e-5)
    #expect(fit.converged)
  }

  /// A finite pool of quanta bends the curve, so the slope exceeds α and grows with the range.
  @Test(arguments: [
    (1.0, 50.0, -0.46953909249015907), (5, 50, -0.527139443838223),
    (10, 100, -0.6042884548158861), (10, 400, -0.8608888493263044),
  ])
  func finiteQuanta_leastSquares_reachesClosedForm(
    low: Double, high: Double, slope: Double
  ) throws {
    let ns = Set(
      (0..<20).map { (low * pow(high / low, Double($0) / 19)).rounded(.toNearestOrEven) })
    let weights = (1...500).map { pow(Double($0), -1.4) }
    let total = weights.reduce(0, +)
    let data = ns.sorted().map { n in
      (x: n, y: weights[Int(n)...].reduce(0, +) / total)
    }
    #expect(abs(-(try fit(DataSet("quanta", data), .power)).exponent.value - slope) < 1e-9)
  }
}
