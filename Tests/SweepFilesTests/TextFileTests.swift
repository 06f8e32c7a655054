import Foundation
import SweepModel
import Testing

@testable import SweepFiles

@Suite struct TextFileTests {
  @Test func read_missingFile_saysSo() {
    let error = #expect(throws: FileError.self) { try SweepFile.read(path: "/nonexistent/s.yaml") }
    #expect(
      error?.description == "/nonexistent/s.yaml: no such file; \"quanta presets\" lists ready "
        + "sweeps, \"quanta new PRESET\" prints one")
  }

  @Test func read_missingClusterFile_saysSo() {
    let error = #expect(throws: FileError.self) { try ClusterFile.read(path: "/nonexistent/c") }
    #expect(
      error?.description
        == "/nonexistent/c: no such file; without --cluster, Quanta uses this machine alone")
  }

  @Test func read_folder_saysSo() {
    let error = #expect(throws: FileError.self) { try SweepFile.read(path: "/") }
    #expect(error?.description == "/: is a folder, not a file")
  }

  @Test func read_endlessFile_stopsAtTheLimit() {
    let error = #expect(throws: FileError.self) { try SweepFile.read(path: "/dev/zero") }
    #expect(error?.description == "/dev/zero: larger than 4 MiB; is it the right file?")
  }

  @Test(arguments: ["", "a\0b"]) func read_impossiblePath_isRefused(path: String) {
    #expect(throws: FileError.self) { try SweepFile.read(path: path) }
  }

  @Test func decode_notUTF8_namesThePlace() {
    let error = #expect(throws: FileError.self) {
      try TextFile.decode(Array("a: b\nname: gr".utf8) + [0xF6, 0xDF, 0x65, 0x0A], file: "f")
    }
    #expect(
      error?.description
        == "f:2:9: the text is not UTF-8; it looks like Latin-1: `iconv -f latin1 -t utf-8 OLD > NEW` "
        + "converts it")
  }

  @Test(arguments: [[0x00, 0xFF], [0xFF, 0xD8, 0xFF, 0xE0, 0x90, 0xA0, 0xB0, 0xC0]] as [[UInt8]])
  func decode_noText_isNotTakenForLatin1(bytes: [UInt8]) {
    let error = #expect(throws: FileError.self) { try TextFile.decode(bytes, file: "f") }
    #expect(error?.remedy == "save it as UTF-8; is it a text file at all?")
  }

  @Test func read_otherEndingOrSlip_findsTheFileOrNamesIt() throws {
    let folder = NSTemporaryDirectory() + "quanta-test-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("name: a".utf8).write(to: URL(fileURLWithPath: folder + "/widths.yaml"))
    #expect(try SweepFile.read(path: folder + "/widths.yml").origin == folder + "/widths.yaml")
    let error = #expect(throws: FileError.self) {
      try SweepFile.read(path: folder + "/wdiths.yaml")
    }
    #expect(error?.remedy == "did you mean \"\(folder)/widths.yaml\"?")
    #expect(throws: FileError.self) { try ClusterFile.read(path: folder + "/none.yml") }
  }

  @Test func decode_byteOrderMark_isDropped() throws {
    #expect(try TextFile.decode([0xEF, 0xBB, 0xBF, 0x61], file: "f") == "a")
    let error = #expect(throws: FileError.self) {
      try TextFile.decode([0xFF, 0xFE, 0x61, 0], file: "f")
    }
    #expect(error?.description == "f: the text is UTF-16; save it as UTF-8")
  }
}
