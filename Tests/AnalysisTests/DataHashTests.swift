import Analysis
import Fitting
import SweepModel
import Tables
import Testing

struct DataHashTests {
  /// The rows of the table below by Python's struct and hashlib, as `dataHash` documents it.
  static let expected = "8c8306a761d6e1ca953b687b66c28a468928982063d13e3e5b5545bcec768e5f"

  static let text = """
    run,kind,n,d,loss,sigma,seed
    r1,a,10,100.5,1.25,0.5,7
    r2,a,20,200,0.75,2,8
    r9,b,1,1,1,1,1
    r1,a,40,400,1e-3,1,7
    """

  private func group(_ text: String = text) throws -> FitGroup {
    let fit = TableFit(
      request: FitRequest(
        name: "c", x: "n", further: ["d"], y: "loss", form: .chinchilla, objective: .leastSquares),
      filters: [.init(column: "kind", value: "a")], cluster: "run", strata: "seed",
      weights: .deviations("sigma"))
    return try fit.report(over: Table(text: text, origin: "d.csv")).groups[0]
  }

  @Test
  func hash_ofThreeRows_isWhatPythonMakesOfTheDocumentedBytes() throws {
    #expect(try group().dataHash == Self.expected)
  }

  @Test
  func hash_otherNamesAndRowsThatAreNotTaken_changeNothing() throws {
    let renamed = Self.text.replacing("r1", with: "first").replacing("r9,b,1", with: "r9,b,5")
    #expect(try group(renamed).dataHash == Self.expected)
  }

  @Test
  func hash_oneBitOfAnyColumn_changesIt() throws {
    for (old, new) in [
      ("r2,a,20", "r2,a,21"), ("200,0.75", "201,0.75"), ("1e-3", "1.0000000000000002e-3"),
      ("0.75,2", "0.75,3"), ("r2", "r1"), ("2,8", "2,7"),
    ] {
      #expect(try group(Self.text.replacing(old, with: new)).dataHash != Self.expected, "\(old)")
    }
  }

  @Test
  func hash_noPoints_isDefined() {
    #expect(FitGroup(points: [], outcome: .refused("none")).dataHash.count == 64)
  }
}
