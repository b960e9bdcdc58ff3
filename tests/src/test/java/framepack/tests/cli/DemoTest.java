package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `framepack demo` with bad input; what it does with good input is tested in framepack.tests.demo.
class DemoTest {
  @TempDir Path folder;

  @Test
  void a_missing_clip_is_named() {
    refused("no-such-clip.mp4", "demo", "--clip", "no-such-clip.mp4", "--out", out());
  }

  @Test
  void a_file_that_is_no_video_is_named() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.mp4"), "this is a text");
    refused("notes.mp4", "demo", "--clip", text.toString(), "--out", out());
  }

  @Test
  void a_clip_that_is_too_short_is_refused_with_what_it_needs() throws IOException {
    Path clip = folder.resolve("short.y4m");
    String header = "YUV4MPEG2 W64 H64 F8:1 C444\n";
    Files.write(clip, (header + "FRAME\n" + "a".repeat(3 * 64 * 64)).getBytes());
    refused("short.y4m", "demo", "--clip", clip.toString(), "--out", out());
  }

  @Test
  void an_output_folder_that_is_a_file_is_named() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    refused("taken", "demo", "--quick", "--out", file.toString());
  }

  @Test
  void a_device_that_is_not_there_is_named_with_those_that_are() {
    refused("meta", "demo", "--device", "gpu", "--out", out());
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private static void refused(String named, String... arguments) {
    Program run = Program.run(arguments);
    assertEquals(2, run.exit(), run.err());
    String last = run.err().strip().lines().reduce((_, line) -> line).orElse("");
    assertTrue(last.startsWith("framepack demo: ") && last.contains(named), run.err());
    assertTrue(run.err().lines().noneMatch(line -> line.startsWith("\tat ")), run.err());
  }
}
