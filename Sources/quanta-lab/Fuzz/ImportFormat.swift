/// The formats of runs that are tried.
enum ImportFormat: CaseIterable {
  case joblog, chart, runs, curves, results, map
  case sacredRun, sacredConfig, sacredInfo, wandb, mlflow, tensorboard, hydra
  /// Tables of steps, a folder a run, and the settings beside one.
  case stepTable, stepLines, settings, plainSettings

  /// The file that holds an input.
  var file: String {
    switch self {
    case .joblog, .chart, .runs, .curves, .results, .map: "runs"
    case .sacredRun: "1/run.json"
    case .sacredConfig: "1/config.json"
    case .sacredInfo: "1/info.json"
    case .wandb: MetricFormat.record.file
    case .mlflow: "mlruns/0/a/metrics/loss"
    case .tensorboard: MetricFormat.event.file
    case .hydra: ".hydra/overrides.yaml"
    case .stepTable: "size10-exponent0.25-seed0/log.csv"
    case .stepLines: "size10-exponent0.25-seed0/train.jsonl"
    case .settings: "a/config.json"
    case .plainSettings: "a/args.yaml"
    }
  }

  /// Whether the folder is named, not the file.
  var isFolder: Bool { file != "runs" }

  /// The file with a content.
  func framed(_ content: [UInt8]) -> [UInt8] {
    switch self {
    case .wandb: MetricFormat.record.framed(content)
    case .tensorboard: MetricFormat.event.framed(content)
    default: content
    }
  }

  /// Files beside it, in folders that are there.
  var others: [(name: String, text: String)] {
    let sacred = [
      ("1/run.json", ImportFormat.sacredRun.example),
      ("1/config.json", ImportFormat.sacredConfig.example),
      ("1/info.json", ImportFormat.sacredInfo.example),
    ]
    switch self {
    case .sacredRun, .sacredConfig, .sacredInfo: return sacred.filter { $0.0 != file }
    case .mlflow: return [("mlruns/0/a/meta.yaml", "run_id: a\nstatus: 3\nend_time: 9\n")]
    case .hydra: return [("metrics.csv", "step,loss\n1,2\n2,1\n")]
    case .stepLines: return [("size10-exponent0.25-seed0/val.csv", "step,loss\n1,2\n2,1\n")]
    case .settings, .plainSettings: return [("a/history.tsv", "epoch\tloss\n0\t2\n1\t1\n")]
    default: return []
    }
  }

  /// An input to start from.
  var example: String {
    switch self {
    case .joblog:
      """
      Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand
      1\t:\t1764400000.125\t     1.250\t0\t9\t0\t0\tt --size 10 --exponent=0.25 seed=0
      2\tn1\t1764400001.125\t     1.500\t0\t9\t1\t15\tt --size 20 --exponent '0.5' --seed 1\t> a

      """
    case .chart:
      """
      "Step","size10-exponent0.25-seed0 - loss","size10-exponent0.25-seed0 - loss__MIN",\
      "size10-exponent0.25-seed0 - loss__MAX"
      "0","3","3","3"
      "10","","",""
      """
    case .runs:
      "Name,State,size,exponent,seed,loss.final\na,finished,10,0.25,0,1\nb,crashed,1e1,0.5,1,nan\n"
    case .curves:
      "size,exponent,seed,step,loss\n10,0.25,0,0,3\n10,0.25,0,1,2\n20,0.5,1,1,2\n20,0.5,1,0,2\n"
    case .results:
      "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,Stdout,Stderr\n"
        + "1,:,1.5,2,0,0,0,0,t size=10 seed=0 exponent=0.5,\"step 1 loss 2\n\",\n"
    case .map:
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
      """
    case .sacredRun:
      "{\"status\": \"COMPLETED\", \"result\": 0.5, \"start_time\": \"2026-11-29T09:00:00.5\", "
        + "\"meta\": {\"config_updates\": {\"size\": 10}}, \"fail_trace\": [\"x\"]}"
    case .sacredConfig: "{\"size\": 10, \"exponent\": 0.25, \"seed\": 1, \"a\": {\"b\": [1, null]}}"
    case .sacredInfo: "{\"log_steps\": [0, 5], \"losses\": [1, NaN], \"loss\": [2, 1], \"P\": 3}"
    case .wandb: MetricFormat.record.examples[0]
    case .mlflow: "1764400000000 3.5 0\n1764400001000 nan 10\n1764400002000 2.5\n"
    case .tensorboard: MetricFormat.event.examples[0]
    case .hydra: "- size=10\n- exponent=0.25\n- ++seed=1\n- 'a.b=[1,2]'\n"
    case .stepTable: "step;\"loss\";val loss\r\n0;3;\r\n10;2;2.5\r\n10;1;nan\r\n"
    case .stepLines: "{\"step\": 0, \"loss\": 3}\n{\"step\": 5, \"loss\": 2, \"lr\": null}\n"
    case .settings: "{\"size\": 10, \"exponent\": 0.25, \"seed\": 1, \"a\": {\"b\": [1, null]}}"
    case .plainSettings: "size: 10\nexponent: 0.25\nseed: 1\na:\n  b: [1, 'x']\n"
    }
  }
}
