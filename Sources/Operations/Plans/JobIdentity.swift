import SweepModel

/// What makes a job of a command another one, for a person and for machines: whether edited code runs anew.
struct JobIdentity: Encodable {
  /// `command` or `code`.
  let by: String
  /// SHA-256 of the packed code; absent where the sweep names none.
  let codeHash: String?
  /// What that means, a sentence.
  let meaning: String

  /// Nil for jobs that are no commands.
  init?(_ parameters: Parameters) {
    guard parameters[CommandSpec.parameter] != nil else { return nil }
    var handling = CommandHandling()
    if case .text(let text)? = parameters[CommandSpec.handling] {
      handling = CommandHandling(text: text)
    }
    if case .text(let name)? = parameters[CommandSpec.code] {
      codeHash = DataSet(name: name)?.hash
    } else {
      codeHash = nil
    }
    switch (handling.identity, codeHash) {
    case (.code, .some): meaning = "a changed script makes new jobs"
    case (.code, nil):
      meaning =
        "a changed script makes no new jobs, for no \"code\" is named whose content would count"
    case (.command, .some):
      meaning = "a changed script makes no new jobs; \"identity: code\" would have it make some"
    case (.command, nil): meaning = "a changed script makes no new jobs"
    }
    by = handling.identity.rawValue
  }

  /// `identity: code 3f2a91c0d2: a changed script makes new jobs`.
  var text: String {
    let hash = codeHash.map { hash in
      by == CommandHandling.Identity.code.rawValue
        ? " \(hash.prefix(10))" : " (its code is \(hash.prefix(10)))"
    }
    return "identity: \(by)\(hash ?? ""): \(meaning)"
  }
}
