/// The project's version, recorded with every attempt and shown by `quanta --version`.
public let quantaVersion = "0.1.0"
