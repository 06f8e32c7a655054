import Glibc

/// Starts a program from this binary in a session of its own.
///
/// - Parameters:
///   - arguments: the whole argument vector.
///   - descriptors: which descriptor of this process becomes 0, 1 and 2 there.
/// - Returns: the process's number.
func spawnSelf(_ arguments: [String], descriptors: [Int32]) throws(PosixError) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (target, source) in descriptors.enumerated() {
    posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  // POSIX_SPAWN_SETSID of <spawn.h>, which Glibc's module hides behind _GNU_SOURCE.
  let newSession: Int16 = 0x80
  posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK))
  var vector: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  vector.append(nil)
  defer { for pointer in vector { free(pointer) } }
  var process: pid_t = 0
  let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, vector, environ)
  guard code == 0 else { throw PosixError(call: "start \(arguments[1])", code) }
  return process
}

/// Gives this process its name in `ps` and `pkill`, whatever it was started by, and closes the
/// descriptor by which a host's shell started it.
func nameProcess() {
  for number in Int32(3)...9 { close(number) }
  let number = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
  guard number >= 0 else { return }
  let file = Descriptor(number: number)
  _ = try? file.writeSome(Array("quanta-worker".utf8)[...])
  file.close()
}
