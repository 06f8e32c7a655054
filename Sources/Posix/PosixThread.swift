public import Glibc

/// Plain threads, for calls that block and for work that needs one of its own; never use the cooperative
/// pool for them.
///
/// SIGPIPE is blocked in them, so that a peer that went away is an error code and not the process's end.
public enum PosixThread {
  /// Starts a thread that runs `body`, to be joined; nil when the system has none left.
  public static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    start(stackBytes: nil, body)
  }

  /// Waits for a thread to end.
  public static func join(_ thread: pthread_t) { pthread_join(thread, nil) }

  fileprivate static func start(
    stackBytes: Int?, _ body: @escaping @Sendable () -> Void
  ) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        var blocked = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      box.release()
      return nil
    }
    return thread
  }
}

/// Starts a thread that nobody joins. False when the system gives no more threads.
public func startThread(
  stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
) -> Bool {
  guard let thread = PosixThread.start(stackBytes: stackBytes, body) else { return false }
  pthread_detach(thread)
  return true
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
