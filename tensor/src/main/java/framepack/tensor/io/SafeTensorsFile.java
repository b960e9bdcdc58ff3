package framepack.tensor.io;

import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Loans;
import framepack.tensor.core.View;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// One mapped file: eight bytes of header length, the header, the data.
record SafeTensorsFile(Path path, SafeTensorsHeader header, MemorySegment data) {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final long LONGEST_HEADER = 100_000_000; // as the format's own reader

  /// Maps `path` for as long as `arena` lives. Nothing is mapped if the header is not sound.
  static SafeTensorsFile map(Path path, Arena arena) {
    checkIsFile(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] utf8 = readHeader(path, channel, size);
      long dataAt = LENGTH_BYTES + utf8.length;
      SafeTensorsHeader header = SafeTensorsHeader.parse(path, utf8, size - dataAt);
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, dataAt, size - dataAt, arena);
      return new SafeTensorsFile(path, header, data);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static byte[] readHeader(Path path, FileChannel channel, long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw new SafeTensorsException(
          path, "has %d bytes, too few for a safetensors file; get it again".formatted(size));
    }
    long length = read(path, channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 2 || length > LONGEST_HEADER || length > size - LENGTH_BYTES) {
      throw new SafeTensorsException(
          path,
          "claims a header of %s bytes (at most %d, and the file has %d); it is truncated or not a safetensors file"
              .formatted(Long.toUnsignedString(length), LONGEST_HEADER, size));
    }
    return read(path, channel, LENGTH_BYTES, (int) length).array();
  }

  private static ByteBuffer read(Path path, FileChannel channel, long at, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new SafeTensorsException(path, "became shorter while it was read");
      }
    }
    return buffer;
  }

  static void checkIsFile(Path path) {
    if (!Files.exists(path)) {
      throw new SafeTensorsException(path, "there is no such file; check the name");
    }
    if (!Files.isRegularFile(path)) {
      throw new SafeTensorsException(path, "is not a file; name a .safetensors file");
    }
  }

  static SafeTensorsException unreadable(Path path, IOException e) {
    return new SafeTensorsException(
        path,
        switch (e) {
          case NoSuchFileException _ -> "there is no such file; check the name";
          case AccessDeniedException _ -> "no permission to read it";
          default -> "cannot be read (" + e.getMessage() + ")";
        });
  }

  /// The tensor's bytes, dense, at whatever address the file puts them.
  View view(String name, Loans loans) {
    SafeTensorsHeader.Entry entry = header.entries().get(name);
    MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
    return new View(
        entry.spec().dtype(),
        Layout.dense(entry.spec().shape(), 0),
        new HostStorage(bytes, Optional.of(loans)));
  }
}
