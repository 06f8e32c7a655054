import Foundation
import Posix

/// Writes figures: SVG as it is, PNG and PDF through rsvg-convert.
package struct FigureFile {
  /// What a figure is written as.
  package enum Format: String, CaseIterable {
    case svg
    case png
    case pdf
  }

  package let format: Format
  /// True for a figure of a given width, whose pixels are printed rather than shown.
  package let isPrinted: Bool

  package init(format: Format, isPrinted: Bool = false) {
    self.format = format
    self.isPrinted = isPrinted
  }

  package func write(_ svg: String, to path: String) throws {
    try OutputFolder.write(format == .svg ? Data(svg.utf8) : convert(svg), to: path)
  }

  /// Two pixels for each of a screen's, or 300 for an inch.
  private var options: [String] {
    switch format {
    case .svg: []
    case .png: isPrinted ? ["--dpi-x", "300", "--dpi-y", "300"] : ["--zoom", "2"]
    case .pdf: ["--format", "pdf"]
    }
  }

  /// Runs rsvg-convert; the SVG goes over a file because a pipe may fill up.
  private func convert(_ svg: String) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("quanta-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("figure.svg")
    let target = folder.appendingPathComponent("figure.\(format.rawValue)")
    try Data(svg.utf8).write(to: source)
    let child = try? Child(
      ["rsvg-convert"] + options + ["--output", target.path, source.path],
      output: .standardOutput, errors: .standardError)
    guard let child, child.wait().code == 0, let data = try? Data(contentsOf: target) else {
      throw CommandError(
        "rsvg-convert did not make a \(format.rawValue.uppercased())",
        remedy: "install it (Debian: apt-get install librsvg2-bin) or use --format svg")
    }
    return data
  }
}
