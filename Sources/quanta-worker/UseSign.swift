import Glibc
import Posix
import Synchronization

/// Says to other workers, and to whoever looks with `top -H`, how many cores a slot's job may use: in
/// the name of one of the slot's threads.
final class UseSign: Sendable {
  /// How the name begins; the number follows.
  static let prefix = "quanta-cores-"
  private let file = Mutex<Descriptor?>(nil)

  /// Makes the calling thread, which stays as long as the process, the one whose name says it.
  func hang() {
    let name = try? Descriptor(opening: "/proc/thread-self/comm", O_WRONLY)
    file.withLock { $0 = name }
    say(0)
  }

  /// The slot's job may use so many cores from now on; 0 without a job.
  func say(_ cores: Int) {
    file.withLock { file in
      _ = try? file?.writeSome(Array("\(Self.prefix)\(min(cores, 99))".utf8)[...])
    }
  }
}
