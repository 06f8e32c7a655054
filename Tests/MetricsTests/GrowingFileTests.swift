import Testing

@testable import Metrics

/// Files that other programs write to.
@Suite struct GrowingFileTests {
  /// A program may leave a terabyte of nothing.
  @Test func rest_thatIsTooLarge_isCutAndToldSo() throws {
    let scratch = try Scratch()
    let path = try scratch.write("0123456789", to: "large")
    var file = GrowingFile(path, lastLook: 4)
    var seen: [UInt8] = []
    file.read(isFinal: true, reset: { seen = [] }, { seen += $0 })
    #expect(seen == Array("0123".utf8) && file.isCut)
    #expect(file.problem == "\(path) is too large: what comes after byte 4 was not read.")
    var whole = GrowingFile(path, lastLook: 10)
    whole.read(isFinal: true, reset: {}, { seen += $0 })
    #expect(seen == Array("01230123456789".utf8) && !whole.isCut && whole.problem == nil)
  }
}
