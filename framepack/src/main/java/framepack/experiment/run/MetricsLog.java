package framepack.experiment.run;

import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.OutputException;
import framepack.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `metrics.jsonl`: what every training step reported, one line a step.
///
/// Opened at a step, it is cut to the lines before that step: a line that a kill left half-written goes, and so do the
/// steps that will be done again.
final class MetricsLog implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static MetricsLog open(Path file, long step) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(end(Files.readAllBytes(file), step, file));
      channel.position(channel.size());
      return new MetricsLog(file, channel);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// Bytes of the first `lines` lines.
  private static int end(byte[] text, long lines, Path file) {
    long left = lines;
    int at = 0;
    while (left > 0 && at < text.length) {
      if (text[at++] == '\n') {
        left--;
      }
    }
    if (left > 0) {
      throw new IllegalStateException(
          "%s has %d steps, the checkpoint %d; delete the run's directory to begin it again"
              .formatted(file, lines - left, lines));
    }
    return at;
  }

  void append(Trainer.Progress progress) {
    String line =
        JSON.createObjectNode()
                .put("step", progress.step())
                .put("loss", progress.loss())
                .put("gradient_norm", progress.gradientNorm())
                .put("learning_rate", progress.learningRate())
            + "\n";
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// To the disk; to be called before a checkpoint that counts on these lines.
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// The steps of a log; a half-written last line is left out.
  static List<Trainer.Progress> read(Path file) {
    List<Trainer.Progress> steps = new ArrayList<>();
    try {
      String text = Files.exists(file) ? Files.readString(file) : "";
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        JsonNode node = JSON.readTree(line);
        steps.add(
            new Trainer.Progress(
                node.required("step").asLong(),
                node.required("loss").asDouble(),
                node.required("gradient_norm").asDouble(),
                node.required("learning_rate").asDouble()));
      }
      return steps;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + ": line " + (steps.size() + 1) + " is damaged", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same as a table for spreadsheets and data frames.
  static void writeTable(Path log, Path table) {
    StringBuilder text = new StringBuilder("step,loss,gradient_norm,learning_rate\n");
    for (Trainer.Progress p : read(log)) {
      text.append(p.step()).append(',').append(p.loss()).append(',');
      text.append(p.gradientNorm()).append(',').append(p.learningRate()).append('\n');
    }
    AtomicFile.write(table, text.toString());
  }

  private static OutputException failure(Path file, IOException e) {
    return new OutputException(
        "cannot write %s: %s; mend that and resume".formatted(file, e.getMessage()), e);
  }
}
