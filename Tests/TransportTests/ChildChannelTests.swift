import Foundation
import Posix
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(10))) struct ChildChannelTests {
  /// It hears nothing more, and what it says is waited for, not asked for again and again.
  @Test func childThatReadsNoMore_isWaitedFor() throws {
    let sign = NSTemporaryDirectory() + "quanta-child-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: sign) }
    let outbox = Outbox()
    let channel = ChildChannel(outbox)
    try channel.run([
      "perl", "-e",
      """
      select(undef, undef, undef, 0.01) until -e $ARGV[0];
      shutdown(STDIN, 0);
      1 while sysread(STDIN, $rest, 65536);
      syswrite(STDOUT, "deaf");
      sleep 600;
      """, sign,
    ])
    let chunk = [UInt8](repeating: 7, count: 1 << 16)
    while channel.write(chunk[...]) == chunk.count {}
    #expect(FileManager.default.createFile(atPath: sign, contents: nil))
    while channel.read(.output).isEmpty { channel.wait(until: Deadline(secondsFromNow: 0.1)) }
    #expect(channel.write(chunk[...]) == 0)
    outbox.append([1])
    #expect(outbox.isEmpty)
    let deadline = Deadline(secondsFromNow: 0.3)
    channel.wait(until: deadline)
    #expect(deadline.hasPassed)
  }
}
