package framepack.verify.kind;

import framepack.order.DecodeWindow;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.SoftAppend;
import framepack.order.Source;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import framepack.tensor.Tensor;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// `sections`: the official section loops with stand-ins for the models: what every section sees, and the final pixels.
final class SectionsKind implements CaseKind {
  private static final List<String> LEVELS = List.of("_4x", "_2x", "");

  @Override
  public String name() {
    return "sections";
  }

  @Override
  public boolean absolute() {
    return true;
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    SectionPlan plan = plan(golden);
    verdicts.offer("out.num_sections", new long[] {plan.sections()});
    Tensor sampled = golden.in("sampled").axes("section batch channels time height width");
    StandInVideo video = new StandInVideo(sampled, plan.latents());
    video.insert(golden.in("start_latent").toFloats(), 0);
    float[] all = sampled.toFloats();
    int size = all.length / plan.sections();
    float[] pixels = {};
    for (Section section : plan.all()) {
      String prefix = "out.section" + section.index() + ".";
      offer(verdicts, prefix, section, video);
      float[] fresh = new float[size];
      System.arraycopy(all, section.index() * size, fresh, 0, size);
      video.insert(fresh, section.first());
      for (DecodeWindow window : section.decodes()) {
        pixels = joined(pixels, video.decode(window), video.plane(), window);
      }
      long frames = pixels.length / StandInVideo.COLOURS / video.plane();
      verdicts.offer(prefix + "pixel_frames", new long[] {frames});
    }
    verdicts.offer("out.final_pixels", pixels, video.pixelExtents(pixels.length));
  }

  private static SectionPlan plan(GoldenCase golden) {
    int window = golden.setting("latent_window_size").intValue();
    boolean forward = golden.setting("f1").booleanValue();
    String name =
        forward ? "f1k1_x_td_f16k4f2k2f1k1_g" + window : "f1k1_x_g" + window + "_f1k1f2k2f16k4_td";
    return SectionPlan.ofSeconds(
        PackSpec.parse(name), golden.setting("total_second_length").doubleValue());
  }

  private static void offer(Verdicts verdicts, String prefix, Section section, StandInVideo video) {
    offer(verdicts, prefix + "latent_indices", IntStream.of(section.noisy().toArray()));
    verdicts.offer(prefix + "frames", new long[] {DecodeWindow.pixelFrames(section.count())});
    List<Source> farFirst =
        section.sources().stream().filter(s -> s.level().role() == Role.HISTORY).toList();
    for (int i = 0; i < LEVELS.size(); i++) {
      List<Source> sources = new ArrayList<>(List.of(farFirst.get(i)));
      if (LEVELS.get(i).isEmpty()) {
        sources.addAll(0, section.sources(Role.START));
      }
      offer(
          verdicts,
          prefix + "clean_latent" + LEVELS.get(i) + "_indices",
          sources.stream().flatMapToInt(s -> IntStream.of(s.times().toArray())));
      int[] frames = sources.stream().flatMap(s -> s.frames().stream()).mapToInt(f -> f).toArray();
      verdicts.offer(
          prefix + "clean_latents" + LEVELS.get(i),
          video.gather(frames),
          video.extents(frames.length));
    }
  }

  private static void offer(Verdicts verdicts, String name, IntStream times) {
    long[] values = times.asLongStream().toArray();
    verdicts.offer(name, values, 1, values.length);
  }

  private static float[] joined(float[] pixels, float[] fresh, int plane, DecodeWindow window) {
    if (pixels.length == 0) {
      return fresh;
    }
    return window.inFront()
        ? SoftAppend.join(fresh, pixels, StandInVideo.COLOURS, plane, window.overlap())
        : SoftAppend.join(pixels, fresh, StandInVideo.COLOURS, plane, window.overlap());
  }
}
