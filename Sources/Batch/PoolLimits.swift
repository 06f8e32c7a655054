import Basics
import SweepModel
import Transport

/// What a pool asks for, held against what its batch system tells of the site.
///
/// Nothing here keeps a pool from being tried: the system has the last word.
struct PoolLimits {
  let pool: PoolSpec
  let site: SiteLimits

  private var request: BatchRequest { pool.request }
  private var names: [String] { site.places.map(\.name) }
  /// What places are called, by the key that chooses one: partitions, queues.
  private var key: String { request.system.terms.first?.name ?? "queue" }

  /// What a person should know of them.
  var checks: [HostReport.Check] { ofPlace + ofPerson + ofArrays }

  /// What nodes are away that have all that is asked for, where those that are there have not.
  var away: String? {
    guard let place = chosen, place.closed.isEmpty, excess(over: place).isEmpty else { return nil }
    let count = place.nodes.filter { !$0.away.isEmpty && asked.fits(in: $0.has) }
      .reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    return
      "\(counted(count, "node")) of \(printable(place.name)) that \(count == 1 ? "has" : "have") it "
      + "\(count == 1 ? "is" : "are") away"
  }

  // MARK: The partition or queue

  private var chosen: SiteLimits.Place? {
    let wanted = request.terms[key]
    return site.places.first { place in wanted.map { $0 == place.name } ?? place.isUsual }
  }

  private var ofPlace: [HostReport.Check] {
    guard !site.places.isEmpty else { return [] }
    let wanted = request.terms[key]
    // Of several that may be named the system chooses.
    if let wanted, wanted.contains(",") { return ofPlaces(wanted.split(separator: ",")) }
    guard let place = chosen else {
      guard let wanted else {
        return [
          .init(
            key, .warning, "no \(key) is the usual one there",
            remedy: "write a `\(key)`: \(names.joined(separator: ", "))")
        ]
      }
      return [
        .init(
          key, .warning, "\(request.system.title) tells of no \(key) \"\(printable(wanted))\"",
          remedy: NearestWord.remedy(for: wanted, in: names))
      ]
    }
    return [standing(of: place)] + excess(of: place)
  }

  private func ofPlaces(_ wanted: [Substring]) -> [HostReport.Check] {
    let unknown = wanted.filter { !names.contains(String($0)) }.map(String.init)
    guard let first = unknown.first else {
      return [.init(key, .ok, wanted.joined(separator: ", ") + ": whichever begins first")]
    }
    return [
      .init(
        key, .warning, "\(request.system.title) tells of no \(key) \"\(printable(first))\"",
        remedy: NearestWord.remedy(for: first, in: names))
    ]
  }

  private func standing(of place: SiteLimits.Place) -> HostReport.Check {
    let name = printable(place.name)
    guard place.closed.isEmpty else {
      return .init(
        key, .warning, "\(name) says \(printable(place.closed)): nothing begins there now",
        remedy: "wait until it is up, or write another `\(key)`"
          + (alternative(to: place).map { ", such as \($0)" } ?? ""))
    }
    let limit = place.seconds.map { ", at most \(Self.time($0))" } ?? ""
    let others = names.filter { $0 != place.name }.map(printable)
    let text =
      name + (request.terms[key] == nil ? " (the usual one)" : "") + ": " + machines(of: place)
      + limit + (others.isEmpty ? "" : "; others: " + Self.some(others, 10))
    guard place.nodes.isEmpty || place.nodes.contains(where: \.away.isEmpty) else {
      return .init(
        key, .warning, text, remedy: "no node takes anything now: allocations wait until one does")
    }
    return .init(key, .ok, text)
  }

  private func machines(of place: SiteLimits.Place) -> String {
    var kinds: [(has: Amounts, count: Int, away: Int)] = []
    for nodes in place.nodes {
      let away = nodes.away.isEmpty ? 0 : nodes.count
      if let kind = kinds.firstIndex(where: { $0.has == nodes.has }) {
        kinds[kind].count += nodes.count
        kinds[kind].away += away
      } else {
        kinds.append((nodes.has, nodes.count, away))
      }
    }
    let texts = kinds.map { kind in
      "\(counted(kind.count, "node")) of \(Self.words(kind.has))"
        + (kind.away > 0 ? " (\(kind.away) away)" : "")
    }
    return texts.isEmpty ? "its nodes are not told" : Self.some(texts, 4)
  }

  private func excess(of place: SiteLimits.Place) -> [HostReport.Check] {
    let excess = excess(over: place)
    guard !excess.isEmpty else { return [] }
    let other = alternative(to: place)
    return [
      .init(
        "\(key) limits", .warning,
        "the pool asks for more than \(printable(place.name)) gives: "
          + excess.joined(separator: "; "),
        remedy: "ask for less" + (other.map { ", or write `\(key): \($0)`" } ?? ""))
    ]
  }

  /// Another one that has all that is asked for.
  private func alternative(to place: SiteLimits.Place) -> String? {
    site.places.first {
      $0.name != place.name && $0.closed.isEmpty && excess(over: $0).isEmpty
    }.map { printable($0.name) }
  }

  /// What a machine must have, of what the site does not refuse to be asked for.
  private var asked: Amounts {
    var asked = pool.login.limits
    if !asks(for: ["memory", "memoryPerCore"]) { asked.memoryBytes = 0 }
    if !asks(for: ["cores", "severalCores"]) { asked.threads = 0 }
    if !asks(for: ["gpus"]) { asked[Device.resource] = 0 }
    return asked
  }

  private func excess(over place: SiteLimits.Place) -> [String] {
    let (asked, gpu) = (asked, Device.resource)
    var texts: [String] = []
    if let most = place.seconds, request.seconds > most {
      texts.append("`time` (\(Self.time(request.seconds))) is longer than \(Self.time(most))")
    }
    let has = place.nodes.map(\.has)
    let most = has.reduce(Amounts(), Amounts.greatest)
    for (limit, whose) in [(most, "of its largest node"), (place.most, "that it gives of a node")] {
      if limit.threads > 0, asked.threads > limit.threads {
        texts.append("`cores` (\(asked.threads)) are more than the \(limit.threads) \(whose)")
      }
      if limit.memoryBytes > 0, asked.memoryBytes > limit.memoryBytes {
        let (need, limit) = (Self.size(asked.memoryBytes), Self.size(limit.memoryBytes))
        texts.append("`memory` (\(need)) is more than the \(limit) \(whose)")
      }
    }
    if !has.isEmpty, asked[gpu] > most[gpu] {
      texts.append(
        most[gpu] == 0
          ? "`gpus` (\(asked[gpu].count)): none of its nodes has any"
          : "`gpus` (\(asked[gpu].count)) are more than the \(most[gpu].count) of its largest node")
    }
    let isKnown = has.allSatisfy { $0.threads > 0 && $0.memoryBytes > 0 }
    if texts.isEmpty, isKnown, !has.isEmpty, !has.contains(where: { asked.fits(in: $0) }) {
      texts.append("no node of it has \(Self.words(asked)) together")
    }
    for (key, values) in place.allowed.sorted(by: { $0.key < $1.key }) {
      guard let own = request.terms[key], !values.contains(own) else { continue }
      texts.append(
        "`\(key)` \(printable(own)): it takes only \(Self.some(values.map(printable), 10))")
    }
    return texts
  }

  /// Whether some option says one of these values that the site does not refuse.
  private func asks(for values: Set<String>) -> Bool {
    let system = request.system
    let words =
      (system.options + system.input).filter { option in
        option.name.map { !request.skip.contains($0) } ?? true
      }.flatMap(\.words)
      + system.parts.filter { !request.skip.contains($0.key) }.map(\.value)
    return words.contains { Template.names(in: $0).contains(where: values.contains) }
  }

  // MARK: The person

  private var ofPerson: [HostReport.Check] {
    guard !site.roles.isEmpty else { return [] }
    let fitting = site.roles.filter { role in
      role.allowed.allSatisfy { key, values in request.terms[key].map(values.contains) ?? true }
    }
    guard !fitting.isEmpty else {
      return request.terms.sorted { $0.key < $1.key }.compactMap { key, value in
        let all = site.roles.flatMap { $0.allowed[key] ?? [] }
        guard !all.isEmpty, !all.contains(value) else { return nil }
        return .init(
          key, .warning, "you have no \(key) \"\(printable(value))\" there",
          remedy: NearestWord.remedy(for: value, in: Set(all).sorted().map(printable)))
      }
    }
    let limits = fitting.compactMap(\.jobs)
    guard limits.count == fitting.count, let most = limits.max(), request.count > most else {
      return []
    }
    return [
      .init(
        "your limits", .warning,
        "you may have \(counted(most, "allocation")) at once there, and `count` is \(request.count)",
        remedy: "the others are asked for as these end; `count: \(most)` asks for no more")
    ]
  }

  private var ofArrays: [HostReport.Check] {
    guard let most = site.largestArray, request.count > most else { return [] }
    return [
      .init(
        "arrays", .ok,
        "of at most \(counted(most, "element")) there: `count: \(request.count)` is asked for in several"
      )
    ]
  }

  // MARK: Words

  private static func words(_ amounts: Amounts) -> String {
    var words = [amounts.threads > 0 ? counted(amounts.threads, "core") : "unknown cores"]
    if amounts.memoryBytes > 0 { words.append(size(amounts.memoryBytes)) }
    let gpus = amounts[Device.resource].count
    if gpus > 0 { words.append(counted(gpus, "GPU")) }
    return words.joined(separator: ", ")
  }

  private static func some(_ words: [String], _ most: Int) -> String {
    words.prefix(most).joined(separator: ", ")
      + (words.count > most ? " and \(words.count - most) more" : "")
  }

  /// `3.9 GiB`, rounded down.
  private static func size(_ bytes: Int) -> String {
    let tenths = ((bytes >> 20) * 10) >> 10
    guard tenths >= 10 else { return "\(bytes >> 20) MiB" }
    return "\(tenths / 10)" + (tenths % 10 > 0 ? ".\(tenths % 10)" : "") + " GiB"
  }

  /// `2 d 12 h`, `90 min`.
  private static func time(_ seconds: Int) -> String {
    let parts = [
      (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"),
      (seconds % 60, "s"),
    ]
    let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return words.isEmpty ? "0 s" : words.joined(separator: " ")
  }
}
