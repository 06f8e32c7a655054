import Glibc
import Kernels
import Testing

@Suite struct ElementaryTests {
  @Test func exponential_overItsRange_agreesWithTheLibrary() {
    for index in -7000...7000 {
      let x = Double(index) / 10
      #expect(abs(Elementary.exponential(x) / exp(x) - 1) < 4e-16, "e^\(x)")
    }
  }

  @Test func logarithm_overManyMagnitudes_agreesWithTheLibrary() {
    for index in -300...300 {
      for factor in [1.0, 1.3, 1.414, 1.415, 1.9, 7.7] {
        let x = factor * pow(10, Double(index))
        #expect(
          abs(Elementary.logarithm(x) - log(x)) <= 1e-15 * max(abs(log(x)), 1), "ln \(x)")
      }
    }
  }

  @Test func power_withRealAndWholeExponents_agreesWithTheLibrary() {
    for rank in 1...5000 {
      let expected = pow(Double(rank), -1.4)
      #expect(abs(Elementary.power(Double(rank), -1.4) / expected - 1) < 1e-14, "rank \(rank)")
    }
    for step in [1, 2, 3, 10, 999, 20_000] {
      let expected = pow(0.999, Double(step))
      #expect(abs(Elementary.power(0.999, step) / expected - 1) < 1e-12, "step \(step)")
    }
  }

  @Test func cosine_overSeveralTurns_agreesWithTheLibrary() {
    for index in -4000...4000 {
      let x = Double(index) / 1024
      #expect(abs(Elementary.cosine(turns: x) - cos(2 * Double.pi * x)) < 4e-15, "turns \(x)")
    }
  }
}
