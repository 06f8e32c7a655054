import Foundation
import Posix

/// Runs trials of one surface after the other in processes of their own and watches them: a crash,
/// a hang and a violation are one failure each, and the campaign goes on after it.
struct FuzzCampaign {
  let inputs: Int
  /// So many for each target, not shared out among them.
  let isForEach: Bool
  let firstSeed: UInt64
  let corpus: String
  /// Where inputs that failed are put; nil for nowhere.
  let keep: String?

  /// Longest time that one input may take before it counts as a hang, seconds.
  static let patience = 60.0
  /// Failures after which a surface is given up.
  static let maximumFailures = 20

  /// What a campaign has found.
  struct Result: Encodable {
    struct Failure: Encodable {
      let surface: String
      let seed: UInt64
      let what: String
    }

    var inputs: [String: Int] = [:]
    var failures: [Failure] = []
    var firstFailingSeed: UInt64?
    var seconds = 0.0
    var peakMemoryBytes = 0
  }

  func run(_ targets: [FuzzTarget]) throws -> Result {
    var result = Result()
    let start = ContinuousClock.now
    let shares = targets.reduce(0) { $0 + $1.surface.share }
    for target in targets {
      let count = isForEach ? inputs : max(1, inputs * target.surface.share / shares)
      result.inputs[target.name] = try run(target, count: count, &result)
    }
    let time = (ContinuousClock.now - start).components
    result.seconds = Double(time.seconds) + Double(time.attoseconds / 1_000_000_000_000_000) * 1e-3
    result.firstFailingSeed = result.failures.first?.seed
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    result.peakMemoryBytes = usage.ru_maxrss << 10
    return result
  }

  /// The number of inputs tried.
  private func run(
    _ target: FuzzTarget, count: Int, _ result: inout Result
  ) throws -> Int {
    let name = target.name.split(separator: "/").joined(separator: "-")
    let watch = try Watch(path: "\(Scratch.folder)/watch-\(name)")
    let end = firstSeed + UInt64(count)
    var next = firstSeed
    var failures = 0
    while next < end, failures < Self.maximumFailures {
      watch.seed = next
      guard let what = try runProcess(target, from: next, count: Int(end - next), watch) else {
        return count
      }
      failures += 1
      result.failures.append(Result.Failure(surface: target.name, seed: watch.seed, what: what))
      try keepInput(target, seed: watch.seed)
      next = watch.seed + 1
    }
    return Int(next - firstSeed)
  }

  /// Runs a trial to its end; how it failed, nil if it did not.
  private func runProcess(
    _ target: FuzzTarget, from first: UInt64, count: Int, _ watch: Watch
  ) throws -> String? {
    let arguments = [
      "quanta-lab", "fuzz", "--trial", watch.path, "--surface", target.name, "--first-seed",
      "\(first)",
      "--inputs",
      "\(count)", "--corpus", corpus,
    ]
    let log = "\(Scratch.folder)/trial.log"
    let errors = try Descriptor(opening: log, O_WRONLY | O_CREAT | O_TRUNC)
    let child = try Child(
      arguments, program: "/proc/self/exe", output: .standardOutput, errors: errors,
      environment: ProcessInfo.processInfo.environment.merging(
        ["SWIFT_BACKTRACE": "enable=no"]) { $1 })
    let ending = watchOver(child, watch)
    Scratch.remove(ofProcess: child.process)
    let words = (try? String(contentsOfFile: log, encoding: .utf8))?.prefix(2000) ?? ""
    guard let ending else { return "took more than \(Self.patience) s" }
    if let signal = ending.signal { return "signal \(signal): \(words)" }
    return ending.code == 0 ? nil : String(words)
  }

  /// Waits for a process and kills it, nil, when it stays at one input for too long.
  private func watchOver(_ child: Child, _ watch: Watch) -> Child.Ending? {
    var seed = watch.seed
    var since = ContinuousClock.now
    while true {
      if let ending = child.endingNow() { return ending }
      usleep(20_000)
      if watch.seed != seed { (seed, since) = (watch.seed, .now) }
      if ContinuousClock.now - since > .seconds(Self.patience) {
        kill(child.process, SIGKILL)
        _ = child.wait()
        return nil
      }
    }
  }

  private func keepInput(_ target: FuzzTarget, seed: UInt64) throws {
    guard let keep else { return }
    let folder = "\(keep)/\(target.surface.name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let input = try Trial(target, corpus: corpus).input(seed)
    try Data(input).write(to: URL(fileURLWithPath: "\(folder)/seed-\(seed)"))
  }
}

/// Inputs kept in files: valid ones to start from, and every one that ever failed.
enum Corpus {
  /// True where there is no folder of inputs at all.
  static func isMissing(_ folder: String) -> Bool {
    var isFolder: ObjCBool = false
    return !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      || !isFolder.boolValue
  }

  /// The inputs of a surface in the order of their names; none where there is no such folder.
  static func inputs(_ folder: String, _ surface: any Surface.Type) -> [[UInt8]] {
    surface.folders.flatMap { part in
      let folder = "\(folder)/\(part)"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().compactMap { name in
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) }
      }
    }
  }
}
