package framepack.media;

import framepack.media.BitSource.Damaged;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/// The chunks of a PNG file in memory, in order, each checked against its CRC.
final class PngChunks {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private final ByteBuffer in;

  /// @param type four letters
  /// @param body content
  record Chunk(String type, ByteBuffer body) {}

  PngChunks(byte[] file) {
    this.in = ByteBuffer.wrap(file);
    in.position(SIGNATURE.length);
  }

  static boolean recognises(byte[] head) {
    return Arrays.mismatch(head, SIGNATURE) == SIGNATURE.length;
  }

  Chunk next() {
    if (in.remaining() < 12) {
      throw new Damaged("is cut short");
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining() - 8) {
      throw new Damaged("is cut short");
    }
    var crc = new CRC32();
    crc.update(in.slice(in.position(), length + 4));
    String type = BoxSource.fourCharacters(in);
    ByteBuffer body = in.slice(in.position(), length);
    in.position(in.position() + length);
    if (in.getInt() != (int) crc.getValue()) {
      throw new Damaged("is damaged: chunk " + type + " fails its checksum");
    }
    return new Chunk(type, body);
  }
}
