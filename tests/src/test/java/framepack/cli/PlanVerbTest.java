package framepack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PlanVerbTest {
  private record Said(int exit, String out, String err) {}

  private static Said plan(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("plan"));
    all.addAll(List.of(args));
    if (!all.contains("--device")) {
      all.addAll(List.of("--device", "meta"));
    }
    int exit =
        Main.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err, true));
    return new Said(exit, out.toString(), err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "td_f16q4_g9 | column 7",
        "framepack --size 481x832 | the nearest trained size is 480x832",
        "--json | no packing given",
        "framepack --size big | expected HEIGHTxWIDTH",
        "framepack --size 0x832 | multiple of 16",
        "framepack --seconds 0 | expected positive seconds",
        "framepack --seconds -3 | expected positive seconds",
        "framepack --frames -1 | expected at least 1",
        "framepack --sections 0 | expected at least 1",
        "framepack --steps 0 | expected 1 to",
        "framepack --batch 0 | expected 1 to",
        "framepack --seconds 5 --frames 9 | mutually exclusive",
        "framepack --size 131072x131072 | use a smaller size or packing",
        "td_f1000000k1_g9 | use a smaller size or packing",
        "framepack --model framepack-31b | neither a preset",
        "framepack --model nowhere/config.json | no such file",
        "framepack --device cuda | no device 'cuda'",
        "framepack --weights q5_1 | expected f32, bf16, f16, q8_0 or q4_0",
        "framepack --memory 6 | expected a number with k, m, g or t behind it",
        "framepack --memory 5g | sampling takes 6.158 GiB with blocks streaming (298.2 MiB of weights stay",
        "framepack --seconds 1e300 | at most 100000000 sections",
        "framepack --model golden | the folder holds no config.json",
        "framepack --order far-first | they do not fit 'far-first'",
        "framepack --order sideways | expected vanilla, forward-start, inverted",
        "td_f1k1_g9_x_f1k1 --order endpoints:2 | above 0 and at most 1",
        "td_f1k1_g9_x_f1k1 --order endpoints:x | expected places in the video",
        "f9k1_x_g9_f1k1_td --order inverted-text | needs more than 9 frames",
        "framepack --anchor twelve | expected latent frames such as 12,36 or 'end', found 'twelve'",
        "framepack --anchor 12,,36 | expected latent frames",
        "framepack --anchor -1 | expected latent frames",
        "framepack --anchor 0 | anchor 0 is not among the frames to make, 1..36",
        "framepack --anchor 38 | or just behind them (37, 'end')",
        "framepack --anchor 12 --anchor 12 | each once",
        "framepack --anchor 9999999999 | expected latent frames",
        "framepack framepack-f1 --order inverted | section plan of f1k1_x_td_f16k4f2k2f1k1_g9",
      })
  void bad_input_is_one_line_and_exit_code_2(String args, String expected) {
    Said said = plan(args.split(" "));
    assertEquals(2, said.exit, said.err);
    assertEquals(1, said.err.lines().count(), said.err);
    assertTrue(said.err.contains(expected), said.err);
    assertEquals("", said.out);
  }

  @Test
  void json_has_exact_counts_and_nothing_else_on_standard_output() {
    Said said = plan("framepack", "td_f8k8f1k1_g9", "--json", "--seconds", "100000");
    assertEquals(0, said.exit, said.err);
    JsonNode root = JsonMapper.shared().readTree(said.out);
    assertEquals(1, root.get("schema").intValue());
    JsonNode plan = root.get("plans").get(0);
    assertEquals(17_966, plan.get("tokens").get("video").longValue());
    assertEquals(25_748_629_632L, plan.get("weights").get("bytes").longValue());
    assertEquals(83_333, plan.get("video").get("sections").intValue());
    assertEquals(82_333, plan.get("sections_omitted").intValue());
    assertEquals(1000, plan.get("sections").size());
    assertEquals(83_332, plan.get("sections").get(999).get("step").intValue());
    assertTrue(plan.get("video_total").get("flops").isBigInteger(), "1e21 flops are exact");
    assertTrue(root.get("machine").isNull());
  }

  @Test
  void a_plan_has_the_keys_that_its_document_lists() {
    JsonNode root = JsonMapper.shared().readTree(plan("framepack", "--json").out);
    assertEquals(
        "[schema, framepack, model, canvas, steps, text_tokens, training_batch, machine, plans]",
        root.propertyNames().toString());
    assertEquals(
        "[name, order, tail, sampling_order, anchors, video, levels, tokens, whole_video_tokens, full_resolution, weights,"
            + " step, section, video_total, inference_memory, inference_memory_streaming_blocks, training, seconds,"
            + " sections_omitted, sections]",
        root.get("plans").get(0).propertyNames().toString());
  }

  @Test
  void an_order_and_anchors_change_the_sections_and_what_they_see() {
    Said said =
        plan(
            "td_f2k2f1k1_g9_x_f1k1",
            "--sections",
            "6",
            "--order",
            "far-first",
            "--anchor",
            "12,end",
            "--json");
    assertEquals(0, said.exit, said.err);
    JsonNode plan = JsonMapper.shared().readTree(said.out).get("plans").get(0);
    assertEquals("endpoint", plan.get("order").stringValue());
    assertEquals("far-first", plan.get("sampling_order").stringValue());
    assertEquals("{\"view\":\"always\",\"frames\":[12,55]}", plan.get("anchors").toString());
    assertEquals(5, plan.get("levels").size());
    assertEquals("anchor", plan.get("levels").get(4).get("role").stringValue());
    assertEquals(1560, plan.get("levels").get(4).get("tokens").longValue());
    assertEquals(390 + 4 * 1560, plan.get("tokens").get("context").longValue());
    JsonNode sections = plan.get("sections");
    int[] made = {46, 10, 28, 37, 19, 1};
    for (int i = 0; i < 6; i++) {
      assertEquals(made[i], sections.get(i).get("makes").get(0).get(0).intValue());
    }
    assertEquals(
        "[[12,12]]", sections.get(0).get("levels").get(3).get("frames").toString(), said.out);
    Said text =
        plan("td_f2k2f1k1_g9_x_f1k1", "--order", "far-first", "--anchor", "12", "--anchor", "end");
    assertEquals(0, text.exit, text.err);
    assertTrue(text.out.contains("anchors at latents 12, 37, seen by every section"), text.out);
    assertTrue(text.out.contains("2 anchors k1"), text.out);
    text.out.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    String many = IntStream.range(1, 25).mapToObj(i -> "" + 7 * i).collect(Collectors.joining(","));
    Said wide = plan("framepack", "--seconds", "60", "--order", "inverted-text", "--anchor", many);
    assertTrue(wide.out.contains("anchors at latents 7 to 168 (24 of them)"), wide.out);
    wide.out.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    Said packed = plan("framepack", "--anchor", "packed:end");
    assertTrue(packed.out.contains("17,966"), "no tokens of its own");
  }

  @Test
  void a_video_from_text_makes_its_start_with_its_end() {
    Said said = plan("framepack", "--seconds", "5", "--order", "inverted-text", "--json");
    assertEquals(0, said.exit, said.err);
    JsonNode plan = JsonMapper.shared().readTree(said.out).get("plans").get(0);
    assertEquals(0, plan.get("video").get("known_latents").intValue());
    assertEquals(36, plan.get("video").get("latents").intValue());
    assertEquals(17_966, plan.get("tokens").get("video").longValue());
    JsonNode first = plan.get("sections").get(0);
    assertEquals("[[0,0],[28,35]]", first.get("makes").toString());
    assertEquals("[[0,0],[28,35]]", first.get("times").toString());
    Said frames = plan("framepack", "--frames", "141", "--order", "inverted-text", "--json");
    JsonNode video = JsonMapper.shared().readTree(frames.out).get("plans").get(0).get("video");
    assertEquals(4, video.get("sections").intValue(), "141 frames are 36 latents");
  }

  @ParameterizedTest
  @CsvSource({"td, 0", "tc, 1", "ta, 25"})
  void a_tail_has_its_tokens_in_the_last_section(String tail, long tokens) {
    String name = tail + "_f2k2f1k1_g9";
    JsonNode plan =
        JsonMapper.shared()
            .readTree(plan(name, "--sections", "4", "--model", "nano", "--json").out)
            .get("plans")
            .get(0);
    // the last section has 1 + 27 frames before it; the history shows 3 of them
    assertEquals(tokens, plan.get("tokens").get("tail").longValue());
    assertEquals(tokens + 390 + 1560 + 14_040, plan.get("tokens").get("video").longValue());
  }

  @Test
  void the_list_names_packings_that_can_be_planned_and_models() {
    Said said = plan("--list");
    assertEquals(0, said.exit, said.err);
    assertTrue(said.out.contains("td_f16k4f2k2f1k1_g9"), said.out);
    assertTrue(said.out.contains("framepack-13b, wan-14b, wan-1.3b, nano"), said.out);
  }

  @Test
  void tails_of_many_frames_are_planned_at_once() {
    Said said =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                plan(
                    "ta_f1k1_g9_x_f1k1",
                    "--model",
                    "nano",
                    "--order",
                    "endpoints:0.5,1",
                    "--sections",
                    "20000",
                    "--size",
                    "16x16",
                    "--json"));
    assertEquals(0, said.exit, said.err);
    JsonNode plan = JsonMapper.shared().readTree(said.out).get("plans").get(0);
    // the last section is the last but one in time: 1 + 9 * 19,998 frames before it, one of them in
    // view
    assertEquals(9 * 19_998, plan.get("tokens").get("tail").intValue());
  }

  @Test
  void the_list_is_json_where_json_is_asked_for() {
    Said said = plan("--list", "--json");
    assertEquals(0, said.exit, said.err);
    JsonNode list = JsonMapper.shared().readTree(said.out);
    assertEquals("framepack", list.get("packings").get(0).get("name").stringValue());
    assertTrue(list.get("packings").size() > 10, said.out);
    assertEquals(
        "[\"framepack-13b\",\"wan-14b\",\"wan-1.3b\",\"nano\"]", list.get("models").toString());
  }

  @Test
  void the_page_draws_the_packing_and_its_sections(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("plan.html");
    Said said = plan("framepack", "--seconds", "60", "--model", "nano", "--html", page.toString());
    assertEquals(0, said.exit, said.err);
    String html = Files.readString(page);
    assertTrue(html.contains("aria-label=\"packing\""), "the packing as patches");
    assertTrue(html.contains("aria-label=\"sections over time\""), "indices and gaps");
    assertTrue(html.contains("section 50"), "the last section");
    Said misplaced = plan("framepack", "--model", "nano", "--html", page + "/plan.html");
    assertEquals(2, misplaced.exit, misplaced.err);
  }

  @Test
  void text_fits_100_columns() {
    Said said = plan("framepack", "td_f16k4f2k2f1k1_g9", "--frames", "10000");
    assertEquals(0, said.exit, said.err);
    said.out.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    assertTrue(said.out.contains("17,966"), said.out);
  }

  @ParameterizedTest
  @CsvSource({"wan-14b, 14288491584", "wan-1.3b, 1418996800"})
  void wan_has_its_weights_and_the_projections_of_the_packing(String model, long plain) {
    JsonNode root =
        JsonMapper.shared().readTree(plan("td_f2k2f1k1_g9", "--model", model, "--json").out);
    JsonNode plan = root.get("plans").get(0);
    long width = model.equals("wan-14b") ? 5120 : 1536;
    assertEquals(
        plain + width * (64 + 1) + width * (512 + 1),
        plan.get("weights").get("parameters").longValue());
    assertEquals(0, plan.get("tokens").get("joined").intValue());
    assertEquals(390 + 1560 + 14_040, plan.get("tokens").get("video").longValue());
  }
}
