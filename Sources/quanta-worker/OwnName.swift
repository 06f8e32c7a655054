/// The forms of the names that Quanta gives to its files on a host: what has another name is not
/// Quanta's, and is never removed.
enum OwnName {
  /// A data set: the hash of its content.
  static func isData(_ name: String) -> Bool { isHash(name[...]) }

  /// A version of the worker.
  static func isProgram(_ name: String) -> Bool {
    name.hasPrefix("quanta-worker-") && isHash(name.dropFirst("quanta-worker-".count))
  }

  /// A program or data set that is on its way: its name and a random one.
  static func isShipped(_ name: String, of isWhole: (String) -> Bool) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[2] == "part" && isWhole(String(parts[0]))
      && (1...16).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy(isDigitOrLetter)
  }

  /// A session: the identity of a store.
  static func isSession(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isDigitOrLetter)
  }

  /// An allocation of a batch system: its job, the place in its array, and how often it was requeued.
  static func isPilot(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { isDigitOrLetter($0) || "_.".utf8.contains($0) }
  }

  /// A pilot's mailbox: a number that whoever begins to write draws.
  static func isMailbox(_ name: String) -> Bool {
    name.utf8.count == 16 && name.utf8.allSatisfy(isDigitOrLetter)
  }

  /// A letter in a mailbox, whole or not.
  static func isLetter(_ name: String) -> Bool {
    let whole = name.hasSuffix(".part") ? name.dropLast(".part".count) : name[...]
    return (whole.hasPrefix("c") || whole.hasPrefix("w")) && Int(whole.dropFirst()) != nil
  }

  /// The allocation whose pilot has printed a file, `pilot-17_3.out`, or counted its lives in one,
  /// `pilot-17_3.lives`; nil for any other file.
  static func allocation(ofFile name: String) -> String? {
    guard name.hasPrefix("pilot-"),
      let ending = [".out", ".lives"].first(where: { name.hasSuffix($0) })
    else { return nil }
    let id = String(name.dropFirst("pilot-".count).dropLast(ending.count))
    let numbers = id.split(separator: "_", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy({ Int($0) ?? -1 >= 0 }) ? id : nil
  }

  /// A script that batch systems take from a file: its pool's label and what it says.
  static func isPilotScript(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 10, parts[0].hasPrefix("q"),
      parts[1].hasSuffix(".sh")
    else { return false }
    return parts[0].dropFirst().utf8.allSatisfy(isHexadecimal)
      && parts[1].utf8.count > 3 && parts[1].dropLast(3).utf8.allSatisfy(isHexadecimal)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte)
  }

  /// A name for a new one.
  static func newMailbox() -> String {
    (0..<16).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
  }

  /// An outcome: its attempt's token.
  static func isOutcome(_ name: String) -> Bool {
    name.hasSuffix(".outcome") && Int(name.dropLast(".outcome".count)) != nil
  }

  /// A checkpoint: its job's key.
  static func isCheckpoint(_ name: String) -> Bool {
    name.hasSuffix(".checkpoint") && isHash(name.dropLast(".checkpoint".count))
  }

  /// A file that was not written to its end.
  static func isPart(_ name: String, of isWhole: (String) -> Bool) -> Bool {
    [sentSuffix, ".part"].contains { suffix in
      name.hasSuffix(suffix) && isWhole(String(name.dropLast(suffix.count)))
    }
  }

  /// How the name of a checkpoint goes on that the coordinator is sending.
  static let sentSuffix = ".sent.part"

  private static func isHash(_ text: Substring) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
  }

  private static func isDigitOrLetter(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte)
  }
}
