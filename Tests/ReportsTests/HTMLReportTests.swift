import Analysis
import Fitting
import Foundation
import Reports
import SweepModel
import Testing

struct HTMLReportTests {
  private func html(holes: Int) throws -> String {
    let jobs = try SampleReports.records(holes: holes)
    let fit = try SampleReports.report(jobs)
    return HTMLReport(
      sweep: "parity <1>", generated: "2026-01-02T03:04:05Z", fits: [fit],
      figures: [ScalingFigure.draw(fit)], jobs: jobs, axes: SampleReports.axes,
      source: SweepSource(
        origin: "parity.yaml", text: "name: a & b\n", overrides: ["width=10,20"]),
      facts: [.init(name: "hosts", value: "n1 <avx2>")]
    ).html
  }

  @Test
  func report_anySweep_needsNothingFromOutside() throws {
    let text = try html(holes: 0)
    for outside in ["<script", "<link", "src=", "url(", "@import", "href=\"http"] {
      #expect(!text.contains(outside), "\(outside)")
    }
    #expect(text.contains("prefers-color-scheme: dark"))
    #expect(text.contains("@media print"))
  }

  @Test
  func report_texts_areEscapedAndPresent() throws {
    let text = try html(holes: 0)
    #expect(text.contains("<h1>parity &lt;1&gt;</h1>"))
    #expect(text.contains("<pre><code>name: a &amp; b\n</code></pre>"))
    #expect(text.contains("--set width=10,20"))
    #expect(text.contains("<dd>n1 &lt;avx2&gt;</dd>"))
    #expect(text.contains("Theory: arXiv:2303.13506."))
    #expect(
      text.contains("Points: all; clusters: jobs that differ in the seed only; SHA-256 <code>"))
    #expect(text.contains("<p>No point is missing.</p>"))
    #expect(text.contains("complete: 30 points · 2026-01-02T03:04:05Z"))
  }

  @Test
  func report_tablesAndFigures_scrollByThemselves() throws {
    let text = try html(holes: 3)
    let wide = text.matches(of: /(?:<table|<svg xmlns)/).count
    #expect(wide >= 4)
    #expect(text.matches(of: /<div class="scroll[^>]*>(?:<table|<svg xmlns)/).count == wide)
    #expect(text.contains("overflow-wrap: anywhere"))
  }

  @Test
  func report_gridWithHoles_listsThem() throws {
    let text = try html(holes: 3)
    #expect(text.contains("<td class=\"hole\">incomplete: 3 of 30 points missing</td>"))
    #expect(text.contains("<td>width=14 seed=1</td>"))
    #expect(text.contains("failed: killed by signal 9 &lt;out of memory&gt;"))
    #expect(text.contains("<tr><td>failed</td><td>3</td></tr>"))
  }

  @Test
  func document_asJSON_carriesTheFit() throws {
    let report = try SampleReports.report(SampleReports.records(holes: 1))
    let data = try JSONEncoder().encode(report.document)
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let exponent = try #require((json["parameters"] as? [String: Any])?["c"] as? [String: Any])
    #expect(exponent["value"] as? Double == report.groups[0].fit?.exponent.value)
    #expect((exponent["ci95"] as? [Double])?.count == 2)
    #expect((json["grid"] as? [String: Any])?["complete"] as? Bool == false)
    #expect((json["objective"] as? [String: Any])?["name"] as? String == "log-ls")
    #expect(json["form"] as? String == "power")
  }
}
