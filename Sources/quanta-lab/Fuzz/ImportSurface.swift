import Imports
import SweepFiles
import SweepModel
import Workloads

/// What `quanta import` reads: joblogs, tables, exported charts, and maps.
struct ImportSurface: Surface {
  static let name = "import"
  static let share = 100

  private let mutator: Mutator
  private let scratch = ScratchFile("runs")
  private let sweep: Sweep
  private let signature: WorkloadSignature

  init(corpus: [[UInt8]]) throws {
    mutator = Mutator(
      corpus: corpus + Self.examples.map { Array($0.utf8) }, words: Self.words + YAMLWords.all,
      limit: 16 << 10)
    let sweep = try SweepFile.parse(
      source: SweepSource(origin: "s", text: Self.sweep), workloads: WorkloadRegistry.catalog)
    self.sweep = sweep
    guard let found = WorkloadRegistry.signatures.first(where: { $0.name == sweep.workload }) else {
      throw Violation("there is no workload self-test")
    }
    signature = found
  }

  private static let sweep = """
    name: s
    workload: self-test
    settings: {steps: 3}
    grid: {size: [10, 20, 30], exponent: [0.25, 0.5], seed: [0, 1]}
    """

  private static let examples = [
    """
    Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand
    1\t:\t1764400000.125\t     1.250\t0\t9\t0\t0\tt --size 10 --exponent=0.25 seed=0
    2\tn1\t1764400001.125\t     1.500\t0\t9\t1\t15\tt --size 20 --exponent '0.5' --seed 1\t> a

    """,
    """
    "Step","size10-exponent0.25-seed0 - loss","size10-exponent0.25-seed0 - loss__MIN",\
    "size10-exponent0.25-seed0 - loss__MAX"
    "0","3","3","3"
    "10","","",""
    """,
    "Name,State,size,exponent,seed,loss.final\na,finished,10,0.25,0,1\nb,crashed,1e1,0.5,1,nan\n",
    "size,exponent,seed,step,loss\n10,0.25,0,0,3\n10,0.25,0,1,2\n20,0.5,1,1,2\n20,0.5,1,0,2\n",
    "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,Stdout,Stderr\n"
      + "1,:,1.5,2,0,0,0,0,t size=10 seed=0 exponent=0.5,\"step 1 loss 2\n\",\n",
    """
    parameters: {size: n, seed: {name: s, values: {a: 1}}}
    constants: {exponent: 0.5}
    ignore: [steps]
    pattern: size{size}-exponent{exponent}-seed{seed}
    metrics: {loss: {values: l, steps: t, scale: 2}}
    requires: [loss.final]
    accept: [crashed]
    lastStep: steps
    tolerance: 1e-6
    table: {run: id, step: t, state: s, metric: m, value: v}
    """,
  ]

  private static let words = [
    "\t", "\n", ",", "\"", " - ", "__MIN", "__MAX", "{", "}", "{size}", "--size", "=", "nan", "inf",
    "Seq", "step", "loss", "size", "seed", "finished", "'", "\\", "1e19", "-1", "any",
  ]

  func input(_ random: inout Random) -> [UInt8] { mutator.input(&random) }

  func check(_ input: [UInt8]) throws {
    let path = scratch.holding(input)
    var map = ImportMap()
    do throws(FileError) {
      map = try ImportMapFile.read(path: path, for: signature)
    } catch {
      try YAMLWords.checkError(error, of: input)
    }
    try checkRuns(path, map)
    map.lastStep = .any
    map.tolerance = 0.1
    map.pattern = "size{size}-exponent{exponent}-seed{seed}"
    try checkRuns(path, map)
  }

  private func checkRuns(_ path: String, _ map: ImportMap) throws(Violation) {
    let sources: [any RunSource]
    do throws(ImportError) {
      sources = try RunSources.open([path], signature: signature, map: map, now: 0)
    } catch {
      return try require(!error.description.isEmpty, "an error without words")
    }
    let plan = ImportPlan(sources: sources, sweep: sweep, signature: signature, map: map)
    var points: Set<Int> = []
    for item in plan.items {
      switch item.verdict {
      case .adopted:
        guard let job = item.job, points.insert(job).inserted, let reading = plan.reading(item)
        else {
          throw Violation(
            "\(item.name) is adopted for no job, for one that another has, or is gone")
        }
        try require(
          !(reading.result.scalars.isEmpty && reading.result.curves.isEmpty), "an empty result")
        for curve in reading.result.curves {
          try require(
            zip(curve.steps, curve.steps.dropFirst()).allSatisfy { $0 < $1 }, "steps go back")
        }
      case .refused(_, let reason), .superseded(_, let reason):
        try require(!reason.isEmpty, "\(item.name) is refused without a reason")
      case .repeated, .recorded: continue
      }
    }
    let guess = MapGuess(sources: sources, sweep: sweep, signature: signature).text
    do throws(FileError) {
      _ = try ImportMapFile.parse(text: guess, origin: "guess", for: signature)
    } catch {
      throw Violation("the guess is no map: \(error)\n\(guess)")
    }
  }
}
