import Testing

@testable import Findings

/// Which number of a result stands in a list of jobs.
@Suite struct MainScalarTests {
  @Test(arguments: [
    (["acc.final", "loss.final"], [], "loss.final", "LOSS"),
    (["acc.final", "loss.final"], ["acc.final"], "acc.final", "acc.final"),
    (["lr.final", "val_loss.final", "val_loss.min"], ["gone"], "val_loss.final", "val_loss.final"),
    (["score", "time"], [], "score", "score"),
  ])
  func name_isThatOfAFitOrALoss(
    _ names: [String], _ asked: [String], _ expected: String, _ title: String
  ) {
    let name = MainScalar.name(among: names, asked: asked)
    #expect(name == expected && MainScalar.title(name) == title)
  }

  @Test func results_withoutNumbers_haveNone() {
    #expect(MainScalar.name(among: []) == nil && MainScalar.title(nil) == "LOSS")
  }
}
