package framepack.history;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/// A codebook as a safetensors file: one F32 tensor `omega` [K, C], and in the metadata `codes`, `channels`, `seed`,
/// `source`, `pixels`, `distortion`, `variance`. A file of other tools needs the tensor only.
public final class CodebookFile {
  private static final String OMEGA = "omega";
  private static final long MOST_NUMBERS = 1L << 28;

  private CodebookFile() {}

  /// Writes the file whole or not at all. Throws `OutputException`.
  public static void write(Codebook codebook, Path file) {
    Spec spec = Spec.f32(codebook.size(), codebook.channels());
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .add(OMEGA, spec, () -> MemorySegment.ofArray(codebook.codes()))
            .metadata("codes", Integer.toString(codebook.size()))
            .metadata("channels", Integer.toString(codebook.channels()));
    codebook
        .fit()
        .ifPresent(fit ->
            writer
                .metadata("seed", Long.toString(fit.seed()))
                .metadata("source", fit.source())
                .metadata("pixels", Long.toString(fit.pixels()))
                .metadata("distortion", Double.toString(fit.distortion()))
                .metadata("variance", Double.toString(fit.variance())));
    writer.write(file);
  }

  /// Reads a file.
  ///
  /// @throws CodebookException if it holds no codebook, or its metadata contradict it
  public static Codebook read(Path file) {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      if (!tensors.contains(OMEGA)) {
        throw new CodebookException(
            "%s: expected a tensor '%s' [codes, channels], found %s; write one with `framepack codebook`"
                .formatted(file, OMEGA, tensors.names().stream().limit(8).toList()));
      }
      Spec spec = tensors.spec(OMEGA);
      Shape shape = spec.shape();
      if (spec.dtype() != DType.F32
          || shape.rank() != 2
          || shape.elements() < 1
          || shape.elements() > MOST_NUMBERS) {
        throw new CodebookException(
            "%s: expected '%s' as F32[codes, channels] with 1 to %d numbers, found %s"
                .formatted(file, OMEGA, MOST_NUMBERS, spec));
      }
      checkCount(file, tensors.metadata(), "codes", shape.extent(0));
      checkCount(file, tensors.metadata(), "channels", shape.extent(1));
      float[] codes = tensors.view(OMEGA).segment().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      return new Codebook((int) shape.extent(1), codes, fit(file, tensors.metadata()));
    }
  }

  private static void checkCount(Path file, Map<String, String> metadata, String key, long actual) {
    if (metadata.containsKey(key) && number(file, metadata, key, Long::parseLong) != actual) {
      throw new CodebookException(
          "%s: its metadata say %s = %s, its tensor has %d; fit it again"
              .formatted(file, key, metadata.get(key), actual));
    }
  }

  private static Codebook.Fit fit(Path file, Map<String, String> metadata) {
    if (!metadata.containsKey("seed")) {
      return null;
    }
    return new Codebook.Fit(
        number(file, metadata, "seed", Long::parseLong),
        metadata.getOrDefault("source", ""),
        number(file, metadata, "pixels", Long::parseLong),
        number(file, metadata, "distortion", Double::parseDouble),
        number(file, metadata, "variance", Double::parseDouble));
  }

  private static <N> N number(
      Path file, Map<String, String> metadata, String key, Function<String, N> parse) {
    try {
      return parse.apply(metadata.getOrDefault(key, ""));
    } catch (NumberFormatException e) {
      throw new CodebookException(
          "%s: expected a number as '%s' in its metadata; fit it again".formatted(file, key));
    }
  }
}
