package framepack.tests.verify;

import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small case on disk whose kind `echo` offers every input `in.NAME` as `out.NAME` and `tap.NAME`.
final class SpoiledCase {
  /// The kind of these cases.
  static final CaseKind ECHO =
      new CaseKind() {
        @Override
        public String name() {
          return "echo";
        }

        @Override
        public void run(GoldenCase golden, Verdicts verdicts) {
          for (String name : golden.names("in.")) {
            String plain = name.substring(3);
            if (plain.equals("bomb")) {
              throw new IllegalStateException("first line\nsecond line");
            }
            verdicts.offer("out." + plain, golden.in(plain));
            verdicts.offer("tap." + plain, golden.in(plain));
          }
        }
      };

  private final Path folder;
  private final SafeTensorsWriter tensors = new SafeTensorsWriter();
  private String description = "{\"kind\": \"echo\", \"tolerance\": 1e-3}";

  SpoiledCase(Path folder) {
    this.folder = folder;
  }

  SpoiledCase floats(String name, float... values) {
    tensors.add(name, view(DType.F32, MemorySegment.ofArray(values), values.length));
    return this;
  }

  SpoiledCase doubles(String name, double... values) {
    tensors.add(name, view(DType.F64, MemorySegment.ofArray(values), values.length));
    return this;
  }

  SpoiledCase longs(String name, long... values) {
    tensors.add(name, view(DType.I64, MemorySegment.ofArray(values), values.length));
    return this;
  }

  SpoiledCase description(String json) {
    description = json;
    return this;
  }

  private static View view(DType dtype, MemorySegment bytes, long count) {
    return new View(dtype, Layout.dense(Shape.of(count), 0), new HostStorage(bytes));
  }

  Path write() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("case.json"), description);
    Files.writeString(folder.resolve("config.json"), "{}");
    tensors.write(folder.resolve("io.safetensors"));
    return folder;
  }
}
