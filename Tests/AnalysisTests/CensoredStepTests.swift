import Analysis
import Testing

@Suite struct CensoredStepTests {
  private func censored(_ step: Int) -> CensoredStep { CensoredStep(step, reached: false) }

  /// Remission of leukaemia, weeks (Freireich et al. 1963; Cox & Oakes 1984, p. 7): the medians are
  /// 23 with 6-mercaptopurine and 8 with placebo.
  @Test func median_ofTheLeukaemiaData_isThePublishedOne() {
    let treated =
      [6, 6, 6, 7, 10, 13, 16, 22, 23].map { CensoredStep($0) }
      + [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(censored)
    let placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    #expect(CensoredStep.median(treated) == CensoredStep(23))
    #expect(CensoredStep.median(treated.reversed()) == CensoredStep(23), "order does not matter")
    #expect(CensoredStep.median(placebo.map { CensoredStep($0) }) == CensoredStep(8))
  }

  @Test func median_withoutCensoring_isTheLowerMiddle() {
    #expect(CensoredStep.median([4, 1, 3].map { CensoredStep($0) }) == CensoredStep(3))
    #expect(CensoredStep.median([4, 1, 3, 9].map { CensoredStep($0) }) == CensoredStep(3))
    #expect(CensoredStep.median([CensoredStep(-20)]) == CensoredStep(-20), "delays may be negative")
  }

  @Test func median_ofMostlyCensoredRuns_isALowerBound() {
    let median = CensoredStep.median([CensoredStep(700), censored(900), censored(1000)])
    #expect(median == censored(1000))
    #expect(median?.description == "> 1000" && CensoredStep(700).description == "700")
    #expect(CensoredStep.median([]) == nil)
  }

  @Test func median_ofEventAndCensoringAtOneStep_countsTheEventFirst() {
    #expect(CensoredStep.median([censored(50), CensoredStep(50)]) == CensoredStep(50))
  }
}
