import Basics

/// A way in which a program makes life hard for whoever runs it.
enum HostileFamily: String, CaseIterable {
  case neighbour, daemons, deaf, closed, folder, decoy, bomb, chain, parent, worker, stopped, loud
  case deep, metrics, names, line, status, signal, user, sparse, times, space, memory, umask,
    numbers

  /// What may become of such a job.
  enum Ending: Equatable {
    /// It ends well: nothing of what it did matters.
    case done
    /// It fails, with one of these in the reason.
    case failed([String])
    /// Either, where that is a matter of time.
    case either([String])
  }

  private static let late = "ran longer than its limit"
  private static let killed = "killed by signal"

  /// A script of a shell's, as the numbers draw it, and what may become of it. `$MARK` is in everything
  /// that may be left, `$DECOY` a folder of files that nobody may touch.
  func script(_ random: inout SplitMix64) -> (text: String, ending: Ending) {
    switch self {
    case .neighbour, .daemons, .closed, .bomb, .chain, .parent, .worker, .stopped, .deaf:
      process(&random)
    case .folder, .decoy, .deep, .umask, .sparse, .times, .user, .space, .memory: host(&random)
    case .loud, .metrics, .names, .line, .status, .signal, .numbers: words(&random)
    }
  }

  private static func pick(_ list: [String], _ random: inout SplitMix64) -> String {
    list[random.integer(0...list.count - 1)]
  }

  // MARK: Processes

  private func process(_ random: inout SplitMix64) -> (text: String, ending: Ending) {
    let many = random.integer(1...12)
    switch self {
    case .daemons:
      let how = Self.pick(
        [
          "setsid sh -c '$LONG' &", "setsid -f sh -c '$LONG'",
          "nohup sh -c '$LONG' >/dev/null 2>&1 &",
          "(setsid sh -c '(exec $LONG) & exec $LONG' &) &", "env -i setsid -f $LONG",
          "(cd / && exec setsid $LONG <&- >&- 2>&-) &",
          "cp \"$(command -v sleep)\" './x) R 1 (y' && setsid './x) R 1 (y' \"${LONG#sleep }\" &",
        ], &random)
      return ("for i in $(seq \(many)); do\n\(how)\ndone\nsleep 0.\(random.integer(0...4))", .done)
    case .deaf:
      let inner = Self.pick(["$LONG", "setsid $LONG & wait; $LONG", "read x </dev/zero"], &random)
      return ("trap '' TERM USR2 INT HUP QUIT\nwhile :; do \(inner); done", .failed([Self.late]))
    case .closed:
      let what = Self.pick(
        ["exec >&-", "exec 2>&-", "exec <&- >&- 2>&-", "exec >/dev/full 2>&1\necho x || :"], &random
      )
      return ("\(what)\nsleep 0.\(random.integer(1...5))", .done)
    case .bomb:
      let depth = random.integer(3...6)
      let last = Self.pick(["wait", "exit 0", "$LONG"], &random)
      return (
        "f() { [ $1 -gt 0 ] || exec $LONG; f $(($1 - 1)) & f $(($1 - 1)) & \(last); }\nf \(depth)",
        last == "exit 0" ? .either([Self.late]) : .failed([Self.late])
      )
    case .chain:
      // Each process starts the next and ends: whoever kills one at a time comes too late.
      let width = random.integer(1...4)
      return (
        """
        cat >chain <<'EOF'
        [ "$(date +%s)" -lt "$2" ] || exit 0
        setsid sh "$0" "$1" "$2" &
        EOF
        end=$(($(date +%s) + 60))
        for i in $(seq \(width)); do sh chain "$MARK" $end & done
        sleep 0.5
        """, .done
      )
    case .parent:
      let signal = Self.pick(["KILL", "TERM", "STOP", "SEGV", "INT", "HUP"], &random)
      let once = random.integer(0...1) == 0
      // A program that stops the process above it stands for one that crashes it.
      return (
        "\(once ? "[ \"$QUANTA_ATTEMPT\" = 1 ] || exit 0\n" : "")setsid -f $LONG\n"
          + "kill -\(signal) $PPID\n$LONG",
        .either([Self.killed, Self.late, "ended with status", "no answer"])
      )
    case .worker:
      let signal = Self.pick(["KILL", "TERM", "STOP", "HUP"], &random)
      return (
        """
        [ "$QUANTA_ATTEMPT" = 1 ] || exit 0
        setsid -f $LONG
        above=$(cut -d' ' -f4 "/proc/$PPID/stat")
        tr '\\0' ' ' <"/proc/$above/cmdline" | grep -q "quanta-worker serve .*$FOLDER" || exit 0
        kill -\(signal) "$above"
        $LONG
        """, .either([Self.killed, Self.late, "worker"])
      )
    case .stopped:
      let more = Self.pick(["", "setsid $LONG &\n", "trap '' CONT TERM\n"], &random)
      return ("\(more)kill -STOP $$\n$LONG", .failed([Self.late]))
    default: return (Self.neighbourly, .done)
    }
  }

  /// A well-behaved program.
  private static let neighbourly = """
    for step in 1 2 3 4 5; do
      sleep 0.1
      echo "{\\"step\\": $step, \\"quiet\\": 0.$step}" >>"$QUANTA_METRICS"
    done
    """

  // MARK: Its host

  private func host(_ random: inout SplitMix64) -> (text: String, ending: Ending) {
    let size = random.integer(1...400)
    switch self {
    case .folder:
      let what = Self.pick(
        [
          "rm -rf \"$PWD\"", "mv \"$PWD\" ../gone", "rm -rf \"${QUANTA_METRICS%/*}\"",
          "d=$PWD; cd / && rm -rf \"$d\" && ln -s \"$DECOY\" \"$d\"",
          "d=$PWD; cd / && rm -rf \"$d\" && echo x >\"$d\"", "rm -rf \"$QUANTA_CHECKPOINT_DIR\"",
          "mv \"$QUANTA_CHECKPOINT_DIR\" ../else && mkfifo \"$QUANTA_CHECKPOINT_DIR\"",
        ], &random)
      return ("\(what)\nsleep 0.\(random.integer(0...9))", .done)
    case .decoy:
      let what = Self.pick(
        [
          "rm -rf \"$QUANTA_CHECKPOINT_DIR\" && ln -s \"$DECOY\" \"$QUANTA_CHECKPOINT_DIR\"",
          "ln -s \"$DECOY\" \"$QUANTA_CHECKPOINT_DIR/x\"; ln -s \"$DECOY\" x; ln -s / y",
          "rm -f \"$QUANTA_METRICS\" && ln -s \"$DECOY/file\" \"$QUANTA_METRICS\"",
          "ln -s \"$DECOY\" ../\(size); ln \"$DECOY/file\" \"$QUANTA_CHECKPOINT_DIR/hard\"",
        ], &random)
      return ("\(what)\nsleep 0.8", .done)
    case .deep:
      let deep = Self.pick(
        [
          "for i in $(seq \(size)); do mkdir dddddddddddddddddddd && cd dddddddddddddddddddd || exit 0; done",
          "seq -f 'f%g' \(size * 5) | xargs touch", "mkdir a a/b; touch a/b/c; chmod 000 a/b a .",
          "cd \"$QUANTA_CHECKPOINT_DIR\" && seq -f 'f%g' \(size * 5) | xargs touch",
        ], &random)
      return (deep, .either([Self.late]))
    case .umask:
      return ("umask 777\nmkdir m; touch n; chmod 000 \"$QUANTA_METRICS\" .. 2>/dev/null; :", .done)
    case .sparse:
      let what = Self.pick(
        [
          "truncate -s 1T \"$QUANTA_CHECKPOINT_DIR/big\"; sleep 2",
          "truncate -s 8E big 2>/dev/null; truncate -s 1T big; sleep 1",
          "truncate -s 1T \"$QUANTA_METRICS\"; exit 3",
          "for i in $(seq 40); do echo $i >\"$QUANTA_CHECKPOINT_DIR/$((i % 3))\"; sleep 0.03; done",
        ], &random)
      return (what, what.hasSuffix("exit 3") ? .either(["status 3", Self.late]) : .done)
    case .times:
      let date = Self.pick(["1970-01-01", "1901-01-01", "2038-01-20", "2199-01-01"], &random)
      return (
        "for i in 1 2 3 4 5 6; do echo \"{\\\"step\\\": $i, \\\"t\\\": $i}\" >>\"$QUANTA_METRICS\"\n"
          + "touch -d \(date) \"$QUANTA_METRICS\" \"$QUANTA_CHECKPOINT_DIR\" .. .; sleep 0.1; done",
        .done
      )
    case .user:
      return (
        "setpriv --reuid 65534 --clear-groups sh -c 'setsid $LONG & exec $LONG' &\nsleep 0.2", .done
      )
    case .space:
      let which = Self.pick(["-p -f", "-n", "-u -i", "-m -p -f --mount-proc"], &random)
      return (
        "unshare \(which) sh -c 'setsid $LONG & setsid $LONG & $LONG' 2>/dev/null &\nsleep 0.4",
        .done
      )
    default:
      let count = Self.pick(["1", "2"], &random)
      return (
        "for i in $(seq \(count)); do head -c 400M /dev/zero | tail -c 300M >/dev/null & done\n"
          + "head -c 500M /dev/zero | tail\n$LONG", .failed(["more than the 256 MiB of memory"])
      )
    }
  }

  // MARK: What it says

  private func words(_ random: inout SplitMix64) -> (text: String, ending: Ending) {
    let size = random.integer(1...400)
    switch self {
    case .loud:
      let what = Self.pick(
        [
          "head -c \(size)M /dev/zero", "yes | head -c \(size)M",
          "yes $LONG | head -c \(size)M >&2",
          "head -c \(size / 10)M /dev/urandom", "yes | tr '\\n' '\\r' | head -c \(size)M",
        ], &random)
      return (what, .either([Self.late]))
    case .metrics:
      let how = Self.pick(
        [
          "mkfifo \"$QUANTA_METRICS\"", "mkdir \"$QUANTA_METRICS\"",
          "ln -s /dev/zero \"$QUANTA_METRICS\"",
          "ln -s \"$QUANTA_METRICS\" \"$QUANTA_METRICS\"", "mknod \"$QUANTA_METRICS\" c 1 5",
          "mkdir mlruns 1; mkfifo metrics.csv 1/run.json mlflow.db trainer_state.json",
          "truncate -s 1T metrics.csv; truncate -s 1T run-1.wandb; truncate -s 1T mlflow.db",
          "ln -s / .hydra; ln -s . loop; ln -s /dev/zero metrics.csv",
        ], &random)
      return ("rm -f \"$QUANTA_METRICS\"\n\(how)\nsleep 0.7", .either([Self.late, "mknod"]))
    case .names:
      let lines = Self.pick(
        [
          #"{"step": 2, "a\nb": 1, "\u001b[31m": 2, "": 3, "\u0000": 4, "../../x": 5, "a/b": 6}"#,
          #"{"step": 1e999, "loss": -1e999, "x": 1e-999, "step": -9223372036854775809}"#,
          #"{"step": 9007199254740993, "final": 1, "loss.final": 2, "loss": {"final": 3, "min": 4}}"#,
          String(repeating: "[", count: 3000), "{\"\(String(repeating: "n", count: 3000))\": 1}",
        ], &random)
      return (
        "cat >>\"$QUANTA_METRICS\" <<'EOF'\n\(lines)\nEOF\n"
          + "printf '\\033[2J\\033]0;x\\007 \\377\\376\\000\\r\\n'\ntouch 'a\n\\b' \"$(printf '\\377')\"",
        .done
      )
    case .line:
      let byte = Self.pick(["x", "{", "\\n", "\\377"], &random)
      return (
        "head -c \(size)M /dev/zero | tr '\\0' '\(byte)' >>\"$QUANTA_METRICS\"",
        .either([Self.late])
      )
    case .numbers:
      return (
        "for i in $(seq \(size * 10)); do echo \"{\\\"step\\\": $((i % 7)), \\\"m$i\\\": $i}\"; done "
          + ">>\"$QUANTA_METRICS\"", .either([Self.late])
      )
    case .status:
      let code = [1, 2, 75, 124, 126, 127, 128, 137, 143, 254, 255][random.integer(0...10)]
      if code == 75 { return ("[ \"$QUANTA_ATTEMPT\" -gt 2 ] || exit 75", .done) }
      return ("setsid -f $LONG\necho words; exit \(code)", .failed(["ended with status \(code)"]))
    default:
      let signal = Self.pick(["KILL", "SEGV", "ABRT", "TERM", "USR2", "XCPU", "PIPE"], &random)
      return ("setsid -f $LONG\nkill -\(signal) $$; $LONG", .failed([Self.killed]))
    }
  }
}
