import Foundation

/// Writes figures: SVG as it is, PNG through rsvg-convert.
enum FigureFile {
  static func write(_ svg: String, to path: String, format: PlotCommand.Format) throws {
    let data = try format == .svg ? Data(svg.utf8) : rasterise(svg)
    try OutputFolder.write(data, to: path)
  }

  /// Runs rsvg-convert; the SVG goes over a file because a pipe may fill up.
  private static func rasterise(_ svg: String) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("quanta-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("figure.svg")
    let target = folder.appendingPathComponent("figure.png")
    try Data(svg.utf8).write(to: source)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["rsvg-convert", "--zoom", "2", "--output", target.path, source.path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let data = try? Data(contentsOf: target) else {
      throw CommandError(
        "rsvg-convert did not make a PNG",
        remedy: "install it (Debian: apt-get install librsvg2-bin) or use --format svg")
    }
    return data
  }
}
