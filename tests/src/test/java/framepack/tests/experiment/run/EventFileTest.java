package framepack.tests.experiment.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Results;
import framepack.experiment.run.SweepListener;
import framepack.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TensorBoard's files, read by a reader of its own: CRC by polynomial division, protocol buffers by the wire format.
class EventFileTest {
  @TempDir Path root;

  private record Field(int number, Object value) {}

  @Test
  void every_step_is_an_event_with_its_scalars_in_frames_whose_checksums_hold() throws IOException {
    Experiment experiment = SmallSweep.memory("training.steps=3", "seeds=0");
    List<Double> losses = new ArrayList<>();
    SmallSweep.execute(root, experiment, listener(losses), () -> false, false);
    List<List<Field>> events = read(eventFile(experiment));
    assertEquals(new Field(3, "brain.Event:2"), text(events.get(0).get(1)));
    assertEquals(7, events.get(1).getLast().number(), "a session begins");
    assertEquals(2 + 3, events.size());
    for (int step = 0; step < 3; step++) {
      List<Field> event = events.get(2 + step);
      assertTrue((double) event.get(0).value() > 1.6e9, "seconds since 1970");
      assertEquals(new Field(2, (long) step), event.get(1));
      Map<String, Float> scalars = scalars((byte[]) event.get(2).value());
      assertEquals(losses.get(step).floatValue(), scalars.get("train/loss"));
      assertEquals(3, scalars.size());
    }
  }

  private static SweepListener listener(List<Double> losses) {
    return new SweepListener() {
      @Override
      public void skipped(PlannedRun run, Skipped reason) {}

      @Override
      public void begins(PlannedRun run) {}

      @Override
      public void stepped(PlannedRun run, Trainer.Progress progress) {
        losses.add(progress.loss());
      }

      @Override
      public void finished(PlannedRun run, Results results) {}

      @Override
      public void failed(PlannedRun run, Throwable error) {
        throw new AssertionError(error);
      }
    };
  }

  private Path eventFile(Experiment experiment) throws IOException {
    Path run = new Archive(root).run(experiment.runs().getFirst()).path();
    try (Stream<Path> files = Files.list(run)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("events.out.tfevents."))
          .findAny()
          .orElseThrow();
    }
  }

  private static List<List<Field>> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<List<Field>> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(masked(length), in.getInt());
      byte[] data = new byte[(int) ByteBuffer.wrap(length).order(in.order()).getLong()];
      in.get(data);
      assertEquals(masked(data), in.getInt());
      events.add(fields(data));
    }
    return events;
  }

  /// CRC-32C bit by bit, polynomial 0x1EDC6F41 reversed; TFRecord rotates it and adds a constant.
  private static int masked(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static List<Field> fields(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      Object value =
          switch (key & 7) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> {
              byte[] bytes = new byte[(int) varint(in)];
              in.get(bytes);
              yield bytes;
            }
            case 5 -> in.getFloat();
            default -> throw new AssertionError("wire type " + (key & 7));
          };
      fields.add(new Field(key >>> 3, value));
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static Field text(Field field) {
    return new Field(field.number(), new String((byte[]) field.value(), StandardCharsets.UTF_8));
  }

  private static Map<String, Float> scalars(byte[] summary) {
    Map<String, Float> scalars = new LinkedHashMap<>();
    for (Field value : fields(summary)) {
      List<Field> parts = fields((byte[]) value.value());
      scalars.put(text(parts.get(0)).value().toString(), (Float) parts.get(1).value());
    }
    return scalars;
  }
}
