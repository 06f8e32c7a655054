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
      try TextFile.decode([0x61, 0x0A, 0xC3, 0xA4, 0xFF], file: "f")
    }
    #expect(
      error?.description
        == "f:2:2: the text is not UTF-8; save it as UTF-8; is it a text file at all?")
  }

  @Test func decode_byteOrderMark_isDropped() throws {
    #expect(try TextFile.decode([0xEF, 0xBB, 0xBF, 0x61], file: "f") == "a")
    let error = #expect(throws: FileError.self) {
      try TextFile.decode([0xFF, 0xFE, 0x61, 0], file: "f")
    }
    #expect(error?.description == "f: the text is UTF-16; save it as UTF-8")
  }
}
