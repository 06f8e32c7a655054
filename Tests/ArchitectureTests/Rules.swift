/// What must hold of sources, each rule as a function from files to what breaks it.
enum Rules {
  /// Imports that the manifest does not declare or the table forbids, and declarations without an
  /// import.
  static func imports(
    _ files: [String: [SwiftFile]], manifest: Manifest, allowed: [String: Set<String>]?
  ) -> [String] {
    var found: [String] = []
    for (target, files) in files.sorted(by: { $0.key < $1.key }) {
      let declared = manifest.dependencies[target] ?? []
      let products = declared.union(declared.flatMap { Layers.modules[$0] ?? [] })
      let imported = files.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
        .subtracting(Layers.system).subtracting(["Testing", "FoundationXML"])
      let modules = Set(declared.map { $0.replacing("-", with: "_") })
      found += imported.subtracting(products).subtracting(modules).sorted().map {
        "\(target) imports \($0), which Package.swift does not declare"
      }
      let used = imported.union(Layers.started[target] ?? [])
      found += declared.filter { product in
        !([product] + (Layers.modules[product] ?? [])).contains { used.contains($0) }
      }.sorted().map { "Package.swift declares \($0) for \(target), which does not import it" }
      guard let allowed else { continue }
      found += declared.subtracting(allowed[target] ?? []).sorted().map {
        "\(target) may not import \($0)"
      }
      found += (allowed[target] ?? []).subtracting(declared).sorted().map {
        "the table allows \(target) to import \($0), which it does not"
      }
    }
    return found
  }

  /// Files that import Foundation in targets that may not.
  static func foundation(_ files: [String: [SwiftFile]], allowed: Set<String>) -> [String] {
    files.filter { !allowed.contains($0.key) }.flatMap(\.value)
      .filter { $0.imports.contains("Foundation") }
      .map { "\($0.path) imports Foundation, which its target does not" }.sorted()
  }

  /// Files of nothing but an extension whose names do not say of what: `Type+Topic.swift`.
  static func extensionNames(_ files: [SwiftFile]) -> [String] {
    files.compactMap { file in
      let visible = file.declarations.filter(\.isVisible)
      guard !visible.isEmpty, visible.allSatisfy({ $0.keyword == "extension" }) else { return nil }
      let names = Set(visible.flatMap { $0.name.split(separator: ".").map(String.init) })
      let parts = file.name.split(separator: "+")
      guard parts.count == 2, names.contains(String(parts[0])) else {
        let example = visible[0].name.split(separator: ".").last ?? ""
        return "\(file.path) only extends \(visible[0].name): call it \(example)+Topic.swift"
      }
      return nil
    }
  }

  /// Names that two files declare at their top.
  static func doubleNames(_ files: [SwiftFile]) -> [String] {
    var places: [String: [String]] = [:]
    for file in files where file.name != "main" {
      let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
      for declaration in file.declarations
      where declaration.isVisible && kinds.contains(declaration.keyword) {
        places[declaration.name, default: []].append(file.path)
      }
    }
    return places.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
      "\($0.key) is declared in \($0.value.joined(separator: " and "))"
    }
  }

  /// Files and bodies that are too long.
  static func lengths(_ files: [SwiftFile], file most: Int, body mostOfABody: Int) -> [String] {
    files.filter { $0.lineCount > most }.map { "\($0.path) has \($0.lineCount) lines" }
      + files.flatMap { file in
        file.bodies.filter { $0.lineCount > mostOfABody }.map {
          "\(file.path):\($0.line): \($0.name) has \($0.lineCount) lines"
        }
      }
  }

  /// Targets that a picture lacks, draws in the wrong place, or gives other packages.
  static func picture(_ picture: Picture, table: [String: Set<String>]) -> [String] {
    var found = table.keys.filter {
      !picture.words.contains($0) && !systemLibraries.keys.contains($0)
    }
    .sorted().map { "the picture lacks \($0)" }
    for branch in picture.branches {
      guard let imports = table[branch.target] else {
        found.append("the picture has \(branch.target), which is no target")
        continue
      }
      if let parent = branch.parent, table[parent]?.contains(branch.target) != true,
        !imports.contains(parent)
      {
        found.append("the picture has \(branch.target) under \(parent), without an import")
      }
      let packages = imports.filter { table[$0] == nil }
        .union(imports.compactMap { systemLibraries[$0] }).subtracting(["ArgumentParser"])
      if branch.parent != nil, packages != branch.packages {
        found.append("the picture gives \(branch.target) other packages than \(packages.sorted())")
      }
    }
    return found
  }

  /// Targets that are libraries of the system, by what people call these.
  private static let systemLibraries = [
    "CLibCrypto": "libcrypto", "CLibSSH": "libssh", "CZlib": "zlib",
  ]

  /// Targets that import themselves, by whatever way round.
  static func cycles(_ table: [String: Set<String>]) -> [String] {
    table.keys.sorted().filter { target in
      reach(table, from: target).contains(target)
    }.map { "\($0) imports itself in the end" }
  }

  /// Everything that a target imports, and what that imports.
  static func reach(_ table: [String: Set<String>], from target: String) -> Set<String> {
    var (found, open) = (Set<String>(), Array(table[target] ?? []))
    while let next = open.popLast() {
      if found.insert(next).inserted { open += table[next] ?? [] }
    }
    return found
  }
}
