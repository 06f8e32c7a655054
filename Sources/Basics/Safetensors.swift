/// Named arrays of single-precision numbers as one file of the format safetensors, which PyTorch, JAX
/// and NumPy read (github.com/huggingface/safetensors):
///
/// ```
/// offset  size  content
///      0     8  length of the header, little-endian, a multiple of 8
///      8     n  JSON: {"__metadata__":{…},"NAME":{"dtype":"F32","shape":[…],"data_offsets":[a,b]},…}
///  8 + n     …  the numbers, row-major, little-endian, one array after the other without a gap
/// ```
public struct Safetensors: Hashable, Sendable {
  /// A named array.
  public struct Tensor: Hashable, Sendable {
    /// The name, such as `layers.0.weight`.
    public let name: String
    /// Its sizes; none for a single number.
    public let shape: [Int]
    /// Its numbers, row-major.
    public let values: [Float]

    /// Creates an array; traps unless the shape has as many numbers.
    public init(_ name: String, shape: [Int], _ values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "tensor \(name): another number of values")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The arrays, ascending by name.
  public let tensors: [Tensor]
  /// What else is said of them, by name.
  public let metadata: [String: String]

  /// The longest header that is read, bytes.
  private static let longestHeader = 16 << 20
  private static let metadataName = "__metadata__"

  /// Puts arrays together, whose names differ.
  public init(_ tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.metadata = metadata
  }

  /// The array of a name.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file: the same bytes for the same arrays and metadata.
  public var bytes: [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }
      members.append(
        JSON.Member(
          Self.metadataName, .object(entries.map { JSON.Member($0.key, .text($0.value)) })))
    }
    var end = 0
    for tensor in tensors {
      let start = end
      end += 4 * tensor.values.count
      members.append(
        JSON.Member(
          tensor.name,
          .object([
            JSON.Member("dtype", .text("F32")),
            JSON.Member("shape", .list(tensor.shape.map(JSON.integer))),
            JSON.Member("data_offsets", .list([.integer(start), .integer(end)])),
          ])))
    }
    var header = Array(JSON.object(members).line.utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var writer = ByteWriter()
    writer.write(header.count)
    writer.write { out in
      out.reserveCapacity(8 + header.count + end)
      out += header
    }
    for tensor in tensors {
      for value in tensor.values { writer.write(value) }
    }
    return writer.bytes
  }

  /// Reads a file. Arrays of other types than F32 are refused.
  public init(_ bytes: [UInt8]) throws(ByteDamage) {
    let layout = try Layout(bytes)
    var tensors: [Tensor] = []
    for place in layout.places {
      var reader = ByteReader(bytes[place.bytes])
      var values: [Float] = []
      values.reserveCapacity(place.bytes.count / 4)
      while !reader.isAtEnd { values.append(try reader.float()) }
      tensors.append(Tensor(place.name, shape: place.shape, values))
    }
    self.init(tensors, metadata: layout.metadata)
  }

  /// Throws unless the bytes are such a file; quick, as no number is read.
  public static func check(_ bytes: [UInt8]) throws(ByteDamage) { _ = try Layout(bytes) }

  /// Where everything stands in a file.
  private struct Layout {
    struct Place {
      let name: String
      let shape: [Int]
      let bytes: Range<Int>
    }

    private(set) var places: [Place] = []
    private(set) var metadata: [String: String] = [:]

    init(_ bytes: [UInt8]) throws(ByteDamage) {
      var reader = ByteReader(bytes)
      let length = try reader.uint64()
      guard length <= UInt64(min(reader.remaining, longestHeader)) else {
        throw reader.damage("a header of \(length) bytes does not fit")
      }
      let start = 8 + Int(length)
      let header: JSON
      do throws(JSONDamage) {
        header = try JSON(Array(bytes[8..<start]))
      } catch {
        throw .malformed("the header: \(error.message)", at: 8 + error.offset)
      }
      guard case .object(let members) = header else {
        throw .malformed("the header is no JSON object", at: 8)
      }
      for member in members where member.name == Safetensors.metadataName {
        for entry in member.value.members { metadata[entry.name] = entry.value.text ?? "" }
      }
      let found = members.filter { $0.name != Safetensors.metadataName }
      for member in found {
        places.append(try Self.place(member, after: start, of: bytes.count))
      }
      guard Set(places.map(\.name)).count == places.count else {
        throw .malformed("the header names an array twice", at: start)
      }
      var end = start
      for place in places.sorted(by: {
        ($0.bytes.lowerBound, $0.bytes.count) < ($1.bytes.lowerBound, $1.bytes.count)
      }) {
        guard place.bytes.lowerBound == end else {
          throw .malformed(
            "\(printable(place.name)) leaves a gap or lies on another array", at: end)
        }
        end = place.bytes.upperBound
      }
      guard end == bytes.count else { throw .malformed("bytes follow the last array", at: end) }
    }

    private static func place(
      _ member: JSON.Member, after start: Int, of size: Int
    ) throws(ByteDamage) -> Place {
      let name = printable(member.name)
      guard let type = member.value["dtype"]?.text else {
        throw .malformed("\(name) has no dtype", at: start)
      }
      guard type == "F32" else {
        throw .malformed("\(name) is of type \(printable(type)), not F32", at: start)
      }
      guard let shape = integers(member.value["shape"]) else {
        throw .malformed("the shape of \(name) is no list of whole numbers", at: start)
      }
      guard let ends = integers(member.value["data_offsets"]), ends.count == 2,
        ends[0] <= ends[1], ends[1] <= size - start
      else { throw .malformed("the place of \(name) is not in the file", at: start) }
      var count = 1
      for length in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: length)
        guard !overflow else { throw .malformed("the shape of \(name) is too large", at: start) }
        count = product
      }
      guard (ends[1] - ends[0]) % 4 == 0, (ends[1] - ends[0]) / 4 == count else {
        throw .malformed("the shape of \(name) has another number of values", at: start)
      }
      return Place(name: member.name, shape: shape, bytes: start + ends[0]..<start + ends[1])
    }

    /// Whole numbers from 0 on; nil for anything else.
    private static func integers(_ value: JSON?) -> [Int]? {
      guard case .numbers(let numbers) = value else { return nil }
      let integers = numbers.compactMap { Int(exactly: $0) }.filter { $0 >= 0 }
      return integers.count == numbers.count ? integers : nil
    }
  }
}
