import SweepModel
import Transport

/// What is handed to `sbatch`: a pilot's command line and its script.
struct SlurmScript {
  let pool: PoolSpec
  /// The work folder's whole path on the machines.
  let folder: String
  let session: String
  let binary: WorkerBinary

  /// One name for all pilots of a store and pool, by which they are found again.
  var name: String { "quanta-\(session)-\(pool.name)" }

  /// Where pilots say why they could not begin.
  func output(of pilot: PilotName) -> String {
    "\(sessionFolder)/pilot-\(pilot.id).out"
  }

  /// Where pilots have their parts.
  var sessionFolder: String { "\(folder)/sessions/\(session)" }

  /// Where pilots have their mailboxes.
  var mailFolder: String { "\(sessionFolder)/mail" }

  /// The command line that asks for some pilots.
  func submission(_ count: Int, excluding nodes: [String] = [], isTest: Bool = false) -> [String] {
    let request = pool.request
    let limits = pool.login.limits
    let gpus = limits[Device.resource].count
    let shape: [(String, String?)] = [
      ("nodes", "1"), ("ntasks", "1"), ("cpus-per-task", "\(limits.threads)"),
      ("mem", limits.memoryBytes > 0 ? "\(limits.memoryBytes >> 20)M" : nil),
      ("gres", gpus > 0 ? "gpu:\(gpus)" : nil),
      ("chdir", "/"),
    ]
    let terms: [(String, String?)] = [
      ("job-name", name), ("time", Self.time(request.seconds)),
      ("partition", request.partition), ("account", request.account), ("qos", request.qos),
      ("output", "\(sessionFolder)/pilot-%A_%a.out"), ("open-mode", "append"),
      ("array", "0-\(count - 1)"),
      ("exclude", nodes.isEmpty ? nil : nodes.joined(separator: ",")),
    ]
    let options = (terms + shape.filter { !request.skip.contains($0.0) }).compactMap {
      name, value in
      value.map { "--\(name)=\($0)" }
    }
    return ["sbatch"] + (isTest ? ["--test-only"] : ["--parsable"]) + options + request.extra
  }

  /// `days-hours:minutes:seconds`.
  static func time(_ seconds: Int) -> String {
    let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
    let two = { (number: Int) in (number < 10 ? "0" : "") + "\(number)" }
    return "\(minutes / 1440)-\(two(minutes / 60 % 24)):\(two(minutes % 60)):\(two(rest))"
  }

  /// The script: the worker becomes the batch step's own process, which alone lives as long as the
  /// allocation. It knows its end by its own clock.
  var text: String {
    """
    #!/bin/sh
    # A worker of Quanta, which gets jobs from the coordinator of this store while its time lasts.
    began=$(date +%s)
    \(pool.request.setup.joined(separator: "\n"))
    exec \(quoted("\(folder)/bin/quanta-worker-\(binary.hash)")) serve \
    --folder \(quoted(folder)) --session \(session) --hash \(binary.hash) \
    --pilot "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}_${SLURM_ARRAY_TASK_ID:-0}.${SLURM_RESTART_COUNT:-0}.$SLURM_JOB_ID" \
    --ends $((began + \(pool.request.seconds)))

    """
  }

  /// What begins a command on a pilot's machine, beside its worker and within its share.
  static func starter(_ pilot: PilotName) -> [String] {
    [
      "srun", "--overlap", "--jobid=\(pilot.step ?? 0)", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=1",
      "--mem=0", "--gres=none", "--cpu-bind=none", "--quiet", "--unbuffered", "--chdir=/",
    ]
  }
}
