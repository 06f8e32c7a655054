import Basics

/// The content of a TensorBoard event file: records of `Event` messages, each with masked CRC-32C of its
/// length and of itself.
struct EventFile {
  private(set) var bytes: [UInt8] = []

  /// What plugins are told of a value: the field `data_class` of its metadata.
  enum DataClass: Int {
    case scalar = 1
    case tensor = 2
  }

  /// - Parameter time: When it begins, seconds since 1970 UTC.
  init(time: Double) {
    add(time: time) { $0.add(3, "brain.Event:2") }
  }

  /// Adds an event; `body` fills in what it says.
  private mutating func add(time: Double, _ body: (inout ProtobufWriter) -> Void) {
    var event = ProtobufWriter()
    event.add(1, time)
    body(&event)
    var head = ByteWriter()
    head.write(UInt64(event.bytes.count))
    bytes += head.bytes
    append(Self.masked(head.bytes))
    bytes += event.bytes
    append(Self.masked(event.bytes))
  }

  private mutating func append(_ checksum: UInt32) {
    var writer = ByteWriter()
    writer.write(checksum)
    bytes += writer.bytes
  }

  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = CRC32(bytes[...], .castagnoli).value
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// Adds values at a step.
  mutating func add(_ values: [Value], step: Int, time: Double) {
    add(time: time) { event in
      event.add(2, step)
      event.add(5) { summary in
        for value in values {
          summary.add(1) { value.write(to: &$0) }
        }
      }
    }
  }

  /// A value of a summary.
  struct Value {
    let tag: String
    let content: Content

    enum Content {
      /// A number of single precision.
      case single(Float)
      /// A number of double precision: a tensor without dimensions.
      case double(Double)
      /// What a plugin keeps in an event file, beside an empty tensor.
      case plugin(String, [UInt8])
    }

    init(tag: String, _ content: Content) {
      self.tag = tag
      self.content = content
    }

    fileprivate func write(to message: inout ProtobufWriter) {
      message.add(1, tag)
      switch content {
      case .single(let value): message.add(2, value)
      case .double(let value):
        message.add(8) { tensor in
          tensor.add(1, 2)
          tensor.add(2, [])
          tensor.add(6) { $0.add(packed: value) }
        }
        addMetadata(&message, plugin: "scalars", [], .scalar)
      case .plugin(let name, let data):
        message.add(8) { tensor in
          tensor.add(1, 1)
          tensor.add(2, [])
        }
        addMetadata(&message, plugin: name, data, .tensor)
      }
    }

    private func addMetadata(
      _ message: inout ProtobufWriter, plugin: String, _ data: [UInt8], _ kind: DataClass
    ) {
      message.add(9) { metadata in
        metadata.add(1) { content in
          content.add(1, plugin)
          content.add(2, data)
        }
        metadata.add(4, kind.rawValue)
      }
    }
  }
}
