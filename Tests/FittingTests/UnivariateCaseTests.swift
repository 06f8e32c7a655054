import Fitting
import Foundation
import SweepModel
import Testing

/// The cases of `expected.json` with one input.
struct UnivariateCaseTests {
  private func rmsLogError(_ fit: Fit, _ points: [FitPoint]) -> Double {
    let squares = zip(points, fit.predictions(at: points.map(\.inputs))).map {
      pow(log($0.1) - log($0.0.y), 2)
    }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  @Test(arguments: ["6 Enc, 6 Dec", "28 Enc, 6 Dec"])
  func translation_powerAndOffset_reachFitErrorsAndExtrapolation(model: String) throws {
    let expected = try Cases.expected("uni_NMT_\(model)")
    let table = try Cases.table("revisiting_lang_raw.csv")
    func points(_ training: String) throws -> [FitPoint] {
      try table.points(
        ["Seen Examples"], "Loss",
        where: ["Domain": "NMT", "Model": model, "Training": training])
    }
    let power = try Fitter.fit(points: points("1"), uncertainty: .asymptotic)
    let offset = try Fitter.fit(points: points("1"), form: .offset, uncertainty: .asymptotic)
    let (m1, m2) = (expected["M1"], expected["M2"])
    Cases.expect(power, "c", m1["c"].number, relative: 1e-9)
    Cases.expect(power, "b", exp(m1["log_b"].number), relative: 1e-8)
    for (name, tolerance) in [("E", 1e-5), ("b", 1e-4), ("c", 1e-5)] {
      Cases.expect(offset, name, m2[name].number, relative: tolerance)
    }
    for (fit, values) in [(power, m1), (offset, m2)] {
      #expect(abs(2 * fit.objectiveValue / values["rss"].number - 1) < 1e-8)
      #expect(abs(rmsLogError(fit, try points("0")) - values["rmsle_extrap"].number) < 1e-5)
      let selection = try #require(fit.selection)
      #expect(abs(selection.bic - values["bic"].number) < 1e-6)
      #expect(abs((selection.aicc ?? 0) - values["aicc"].number) < 1e-6)
    }
    for name in ["c", "E"] {
      let error = offset.parameter(name)?.standardError ?? .nan
      #expect(abs(error / m2["se_\(name)"].number - 1) < 1e-5)
    }
  }

  @Test(arguments: ["ViT/B/16", "BiT/101/3"])
  func vision_powerOffsetAndM4_reachFitAndExtrapolation(model: String) throws {
    let expected = try Cases.expected("vision_inet_10_\(model)")["params"]
    let table = try Cases.table("revisiting_vision_10shot.csv")
    func points(_ training: String) throws -> [FitPoint] {
      try table.points(
        ["Seen Examples"], "Loss",
        where: ["Task": "inet_10", "Model": model, "Training": training])
    }
    let forms: [(FitRequest.Form, String)] = [
      (.power, "M1"), (.offset, "M2"), (.m4, "M4_E0_fixed_1"),
    ]
    for (form, key) in forms {
      let fit = try Fitter.fit(points: points("1"), form: form, uncertainty: .none, selects: false)
      let values = expected[key]
      #expect(fit.converged)
      #expect(2 * fit.objectiveValue <= values["rss"].number * (1 + 1e-8), "\(form)")
      Cases.expect(fit, "c", values["c"].number, relative: 1e-5)
      let prefactor = form == .m4 ? values["log_beta"].number : values["log_b"].number
      #expect(abs(log(value(fit, "b")) - prefactor) < 1e-4, "\(form)")
      #expect(
        abs(rmsLogError(fit, try points("0")) - values["rmsle_extrap"].number) < 1e-6, "\(form)")
      if form == .m4 {
        Cases.expect(fit, "alpha", values["alpha"].number, relative: 1e-5)
        Cases.expect(fit, "E", values["E_inf"].number, relative: 1e-5)
      }
    }
  }

  /// Six certified digits, from two starts that do not matter here; a fit of logarithms differs.
  @Test
  func danWood_rawLeastSquares_reachesTheCertifiedDigits() throws {
    let expected = try Cases.expected("nist_DanWood")
    let points = [
      (1.309, 2.138), (1.471, 3.421), (1.49, 3.597), (1.565, 4.34), (1.611, 4.882), (1.68, 5.66),
    ].enumerated().map { FitPoint(x: $1.0, y: $1.1, cluster: $0) }
    let fit = try Fitter.fit(
      points: points, objective: .leastSquares, uncertainty: .asymptotic)
    Cases.expect(fit, "b", expected["params"]["b1"].number, relative: 1e-10)
    Cases.expect(fit, "c", -expected["params"]["b2"].number, relative: 1e-10)
    #expect(abs(2 * fit.objectiveValue / expected["rss"].number - 1) < 1e-10)
    for (name, key) in [("b", "b1"), ("c", "b2")] {
      let error = fit.parameter(name)?.standardError ?? .nan
      #expect(abs(error / expected["se_asymptotic"][key].number - 1) < 1e-9)
    }
  }

  @Test(arguments: [
    "rw|base|long|kaplan|kaplan|train", "rw|base|long|kaplan|standard|val",
    "rw|base|short|kaplan|standard|val", "rw|base|short|chinchilla|standard|val",
    "rw|tuned|short|const|standard|val", "rw|tuned|long|const|kaplan|train",
  ])
  func porian_plainAndWeighted_reachThePublishedExponents(configuration: String) throws {
    let detail = try Cases.expected("porian_\(configuration)")["detail"]
    let table = try Cases.table("porian_optima.csv")
    for (key, sigma) in [("basic", nil), ("weighted", "n_star_logstd")] {
      let points = try table.points(
        ["flops"], "n_star", where: ["config": configuration], sigma: sigma)
      let fit = try Fitter.fit(points: points, uncertainty: .asymptotic)
      let values = detail[key]
      Cases.expect(fit, "c", -values["exponent"].number, relative: 1e-10)
      #expect(abs(log(value(fit, "b")) - values["log_coef"].number) < 1e-8)
      let error = fit.exponent.standardError ?? .nan
      #expect(abs(error / values["se_exponent_s2"].number - 1) < 1e-8)
    }
  }

  /// A finite pool of quanta bends the curve: a power law's slope exceeds α, the form recovers it.
  @Test
  func quanta_exactLoss_givesAlphaAndK() throws {
    let points = try Cases.table("quanta_exact.csv").points(
      ["x"], "loss", where: ["kind": "threshold_n"])
    let known = try Fitter.fit(
      points: points, form: .quanta, held: ["K": 500], uncertainty: .none, selects: false)
    Cases.expect(known, "alpha", 0.4, relative: 1e-10)
    Cases.expect(known, "b", 1, relative: 1e-10)
    let free = try Fitter.fit(points: points, form: .quanta, uncertainty: .none, selects: false)
    Cases.expect(free, "alpha", 0.4, relative: 1e-8)
    Cases.expect(free, "K", 500, relative: 1e-8)
    #expect(known.converged && free.converged)
  }

  /// Against samples the same pool shows α/(1 + α), and bends where it runs out.
  @Test
  func quantaOfData_exactLoss_givesAlphaAndThePool() throws {
    let truth = ScalingCurve(form: .quantaData, values: [1, 0.4, 500, 30])
    let points = (0..<20).map { place -> FitPoint in
      let x = 30 * pow(1.45, Double(place))
      return FitPoint(x: x, y: truth.prediction(at: x), cluster: place)
    }
    for held in [["b": 1.0], ["b": 1, "K": 500], ["K": 500]] {
      let fit = try Fitter.fit(
        points: points, form: .quantaData, held: held, uncertainty: .none, selects: false)
      #expect(fit.objectiveValue < 1e-20, "\(held)")
      Cases.expect(fit, "alpha", 0.4, relative: 1e-6)
      Cases.expect(fit, "K", 500, relative: 1e-6)
      Cases.expect(fit, "x1", 30, relative: 1e-6)
      let slope = fit.derived.first { $0.name == "alpha_D" }
      #expect(abs((slope?.value ?? 0) - 0.4 / 1.4) < 1e-6)
    }
  }
}
