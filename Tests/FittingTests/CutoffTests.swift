import Fitting
import Glibc
import Testing

struct CutoffTests {
  /// Four places over three decades, then sixty within the last fifth of a decade.
  private let points: [FitPoint] = {
    let crowd = (0..<60).map { 8100 + 100 * Double($0) }
    let xs: [Double] = [10, 100, 1000, 8000] + crowd
    return xs.indices.map { index in
      let noise = exp(0.01 * sin(Double(5 * index)))
      return FitPoint(x: xs[index], y: 5 * pow(xs[index], -0.3) * noise, cluster: index)
    }
  }()

  @Test
  func cutoffs_crowdedData_areSpreadInLogAndKeepWhatTheySay() throws {
    let fit = try Fitter.fit(points: points, uncertainty: .none)
    let cutoffs = try #require(fit.selection?.cutoffs)
    let lower = cutoffs.map(\.range.lowerBound).filter { $0 > 10 }
    #expect(lower.prefix(3) == [100, 1000, 8000])
    #expect(lower == lower.sorted() && Set(lower).count == lower.count)
    let upper = cutoffs.filter { $0.range.lowerBound == 10 }.map(\.range.upperBound)
    #expect(upper == upper.sorted(by: >) && Set(upper).count == upper.count)
    #expect(upper.allSatisfy { $0 < 14_000 })
    for cutoff in cutoffs {
      #expect(cutoff.count == points.filter { cutoff.range.contains($0.x) }.count)
      #expect(abs((cutoff.exponents.first?.value ?? 0) - 0.3) < 0.2)
    }
  }

  @Test
  func cutoffs_fewPlaces_areEveryOneOfEachHalf() throws {
    let fit = try Fitter.fit(
      points: (1...6).map {
        FitPoint(
          x: pow(3, Double($0)), y: pow(2, -Double($0)) + 0.001 * Double($0 % 2), cluster: $0)
      }, uncertainty: .none)
    let cutoffs = try #require(fit.selection?.cutoffs)
    #expect(
      cutoffs.map { "\(Int($0.range.lowerBound))..\(Int($0.range.upperBound))" } == [
        "9..729", "27..729", "81..729", "3..243", "3..81", "3..27",
      ])
  }
}
