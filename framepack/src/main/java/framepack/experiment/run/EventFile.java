package framepack.experiment.run;

import framepack.tensor.io.OutputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/// Scalars as TensorBoard reads them: `Event` messages (tensorflow/core/util/event.proto) in TFRecord frames, that is
/// length u64, masked CRC-32C of the length, data, masked CRC-32C of the data, all little-endian.
///
/// Every session of a run writes a file of its own. It begins with the step at which the session starts, which lets
/// TensorBoard drop what an earlier session wrote beyond it.
final class EventFile implements AutoCloseable {
  private static final int MASK = 0xa282ead8;
  private static final int SESSION_START = 1;
  private static final int FLUSH_BYTES = 1 << 14;

  private final Path file;
  private final FileChannel channel;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  private EventFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// A new file in a run's directory.
  static EventFile create(Path folder, long firstStep) {
    long seconds = System.currentTimeMillis() / 1000;
    String stem = "events.out.tfevents." + seconds + "." + Claim.host();
    Path file = folder.resolve(stem);
    for (int i = 1; Files.exists(file); i++) {
      file = folder.resolve(stem + "." + i);
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      EventFile events = new EventFile(file, channel);
      events.record(new Message().number(1, now()).text(3, "brain.Event:2"));
      Message session = new Message().whole(1, SESSION_START);
      events.record(new Message().number(1, now()).whole(2, firstStep).message(7, session));
      return events;
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /// Values of one step, by tag.
  void add(long step, Map<String, Double> scalars) {
    Message summary = new Message();
    scalars.forEach((tag, value) ->
        summary.message(1, new Message().text(1, tag).single(2, value.floatValue())));
    record(new Message().number(1, now()).whole(2, step).message(5, summary));
    if (pending.size() >= FLUSH_BYTES) {
      flush();
    }
  }

  private void record(Message message) {
    byte[] data = message.bytes();
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    pending.writeBytes(length);
    pending.writeBytes(little(Integer.BYTES).putInt(masked(length)).array());
    pending.writeBytes(data);
    pending.writeBytes(little(Integer.BYTES).putInt(masked(data)).array());
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void flush() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      pending.reset();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      flush();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static OutputException failure(Path file, IOException e) {
    return new OutputException(
        "cannot write %s: %s; mend that and resume".formatted(file, e.getMessage()), e);
  }

  /// A protocol buffer message, field by field.
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message whole(int field, long value) {
      return varint(field << 3 | VARINT).varint(value);
    }

    Message number(int field, double value) {
      varint(field << 3 | FIXED64);
      out.writeBytes(little(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message single(int field, float value) {
      varint(field << 3 | FIXED32);
      out.writeBytes(little(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    private Message bytes(int field, byte[] value) {
      varint(field << 3 | LENGTH).varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private Message varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
