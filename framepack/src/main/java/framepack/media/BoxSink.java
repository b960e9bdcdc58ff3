package framepack.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Builds the nested boxes of an mp4 index in memory; numbers are big-endian.
final class BoxSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A box with what `content` puts into it.
  BoxSink box(String type, Consumer<BoxSink> content) {
    var inner = new BoxSink();
    content.accept(inner);
    int32(inner.out.size() + 8).text(type).bytes(inner.toBytes());
    return this;
  }

  /// A box that begins with version 0 and `flags`.
  BoxSink full(String type, int flags, Consumer<BoxSink> content) {
    return box(
        type,
        b -> {
          b.int32(flags);
          content.accept(b);
        });
  }

  BoxSink int32(int... values) {
    for (int value : values) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    }
    return this;
  }

  BoxSink int16(int... values) {
    for (int value : values) {
      out.write(value >> 8);
      out.write(value);
    }
    return this;
  }

  BoxSink int8(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  BoxSink zeros(int count) {
    out.writeBytes(new byte[count]);
    return this;
  }

  /// One byte a character.
  BoxSink text(String text) {
    return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  BoxSink bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
