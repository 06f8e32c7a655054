/// The SQL of the third migration: what the folders of images in sweep files meant.
enum SchemaV3 {
  /// An object with a set's name for each folder as it was written.
  static let images = """
    ALTER TABLE sweep ADD COLUMN images TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(images));
    """
}
