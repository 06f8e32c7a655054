import Foundation
import LabSupport
import Testing

/// The report in a browser.
@Suite(.timeLimit(.minutes(10))) struct ReportPageTests {
  private static let browser = ["/usr/bin/chromium", "/usr/bin/google-chrome"].first {
    (path: String) in
    FileManager.default.isExecutableFile(atPath: path)
  }

  /// A report with long names, texts without a space, holes, and groups.
  private func makeReport(_ sandbox: Sandbox) async throws {
    let name = String(repeating: "long-name-", count: 9) + "v2"
    try sandbox.write(
      "sweep.yaml",
      """
      # \(String(repeating: "word", count: 60))
      name: \(name)
      workload: self-test
      settings: {steps: 3}
      grid: {size: {range: [10, 16]}, ending: [result, failure]}
      retries: 0
      fits:
        a_fit_with_a_name_as_long_as_people_write_them_when_they_have_many: {x: size, y: loss.final}
        floor: {x: size, y: loss.final, form: offset}
      """)
    #expect(await sandbox.quanta("run", "sweep.yaml", "--keep-going").status == 1)
    let report = await sandbox.quanta("report", "--output", "page.html")
    #expect(sandbox.exists("page.html"), "\(report.output)")
  }

  @Test(.enabled(if: browser != nil, "needs chromium"), arguments: [390, 1000])
  func page_ofAnyWidth_doesNotScrollSideways(width: Int) async throws {
    try await Sandbox.with { sandbox in
      try await makeReport(sandbox)
      // A browser's window has a least width; a frame has none.
      try sandbox.write(
        "frame.html",
        """
        <iframe id=f src=page.html style="border:0;width:\(width)px;height:800px"></iframe><script>
        f.onload = () => {
          const page = f.contentDocument.documentElement
          document.title = f.contentWindow.innerWidth + (page.scrollWidth > page.clientWidth
            ? " px are too few" : " px suffice")
        }</script>
        """)
      let page = await Command.run([
        "timeout", "100", try #require(Self.browser), "--headless", "--no-sandbox", "--disable-gpu",
        "--disable-web-security", "--allow-file-access-from-files", "--window-size=1200,900",
        "--user-data-dir=\(sandbox.folder)/browser", "--dump-dom",
        "file://\(sandbox.folder)/frame.html",
      ])
      #expect(
        page.output.contains("<title>\(width) px suffice<"), "\(page.output.suffix(2000))")
    }
  }
}
