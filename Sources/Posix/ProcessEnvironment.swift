import Glibc

/// The variables of this process.
public func processEnvironment() -> [String: String] {
  var values: [String: String] = [:]
  var place = environ
  while let text = place.pointee {
    let line = String(cString: text)
    if let equals = line.firstIndex(of: "=") {
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    place += 1
  }
  return values
}

/// True for a regular file that this user may run.
public func isProgram(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    && access(path, X_OK) == 0
}
