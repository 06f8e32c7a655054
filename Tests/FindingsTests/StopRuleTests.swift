import SweepModel
import Testing

@testable import Findings

struct StopRuleTests {
  private let fits = [FitRequest(name: "c", x: "size", y: "loss.final", form: .power)]

  private func refusal(_ text: String) -> String {
    do {
      _ = try StopRule(parsing: text).request(among: fits)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func rule_ofAFitOrItsParameter_isRead() throws {
    for (text, parameter) in [("ci95(c)<0.05", nil), (" ci95( c.b ) <= 5e-2 ", "b")] {
      let rule = try StopRule(parsing: text)
      #expect(rule.fit == "c" && rule.parameter == parameter && rule.width == 0.05)
      #expect(try rule.request(among: fits) == fits[0])
      #expect(try StopRule(parsing: rule.text) == rule)
    }
  }

  @Test func rule_thatCannotBe_saysWhy() {
    #expect(refusal("ci95(d) < 0.05").contains("the sweep has no fit called \"d\""))
    #expect(refusal("ci95(c.E) < 0.05").contains("no free parameter \"E\""))
    for text in ["ci95(c) > 1", "width < 3", "ci95() <"] {
      #expect(refusal(text).contains("a rule is the width of a fit's 95 % interval"), "\(text)")
    }
    for text in ["ci95(c) < 0", "ci95(c) < nan", "ci95(c) < inf"] {
      #expect(refusal(text).contains("must be a number above 0"), "\(text)")
    }
  }
}
