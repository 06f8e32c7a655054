import ArgumentParser
import Foundation
import Posix
import Reports

/// Writes figures: SVG as it is, PNG and PDF through rsvg-convert.
struct FigureFile {
  /// What a figure is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case svg
    case png
    case pdf
  }

  let format: Format
  /// True for a figure of a given width, whose pixels are printed rather than shown.
  var isPrinted = false

  func write(_ svg: String, to path: String) throws {
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

/// The width of a figure: `3.3in`, `84mm`, `8.4cm`, `240pt`.
struct FigureWidth: ExpressibleByArgument {
  let inches: Double

  private static let units = ["in": 1.0, "mm": 1 / 25.4, "cm": 1 / 2.54, "pt": 1.0 / 72]
  /// What has room for two axes and fits a poster.
  private static let range = 1.5...60.0

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.key) }),
      let number = Double(argument.dropLast(unit.key.count).trimmingCharacters(in: .whitespaces)),
      Self.range.contains(number * unit.value)
    else { return nil }
    inches = number * unit.value
  }
}
