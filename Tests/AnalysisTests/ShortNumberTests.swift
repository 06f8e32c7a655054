import Analysis
import Basics
import SweepModel
import Testing

struct ShortNumberTests {
  @Test(arguments: [
    (0.1310344827586207, "0.131"), (5.623413251903491e-05, "5.623e-05"), (0.1 + 0.2, "0.3"),
    (2_978_899, "2978899"), (1.5e9 + 0.25, "1.5e+09"), (-0.00012345, "-0.0001235"),
    (1e-300, "1e-300"), (.infinity, "inf"), (0, "0"), (9.99996, "10"),
  ])
  func text_anyNumber_hasFourDigitsAtMost(number: Double, text: String) {
    #expect(ShortNumber.text(number) == text)
  }

  @Test
  func texts_thatWouldBeAlike_getMoreDigits() {
    #expect(
      ShortNumber.texts(["0.123451234", "0.123461234", "relu"]) == ["0.12345", "0.12346", "relu"])
    #expect(ShortNumber.texts(["0.10", "0.1"]) == ["0.10", "0.1"], "as they are written")
    #expect(ShortNumber.texts([]) == [])
  }

  @Test
  func groups_haveShortTitlesAndWholeValues() throws {
    let labels = [0.1310344827586207, 0.2].map { value in
      JobRecord(
        index: 0,
        job: Job(
          key: SyntheticSweep.key(Int(value * 1000)), workload: "w",
          parameters: Parameters([.init(name: "exponent", value: .real(value))])), state: .done)
    }
    let slices = GridSlices(labels, by: ["exponent"]).slices
    #expect(slices.map(\.labels.title) == ["exponent=0.131", "exponent=0.2"])
    #expect(slices[0].labels[0].value == "0.1310344827586207")
    #expect(labels[0].label(axes: ["exponent"]) == "exponent=0.131")
  }
}
