package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import java.util.List;

/// Inverted anti-drifting: the last section is made first, history lies after the target, the true
/// start frame before it.
///
/// A video has n sections, n one of `lengths`; section i (0 is next to the start frame) is uniform,
/// but with chance `edges` one of {0, n-2, n-1}, whose paddings are rare. History is the frames
/// after the target up to the end of the video. Lengths that do not fit the source are left out.
public record InvertedTask(int history, int section, List<Integer> lengths, double edges)
    implements HistoryTask {
  public InvertedTask {
    TaskFrames.check("inverted", history, section);
    lengths = List.copyOf(lengths);
    boolean positive = lengths.stream().allMatch(n -> n > 0);
    if (lengths.isEmpty() || !positive || !(edges >= 0 && edges <= 1)) {
      throw new DatasetError(
          "inverted task: expected lengths from 1 section and an edge share from 0 to 1, got %s, %s"
              .formatted(lengths, edges));
    }
  }

  /// Sections that the model is told to lie before section `index` of `count`: the true number, but
  /// 3, 2, 2, …, 2, 1, 0 from the last section to the first if there are more than 4.
  public static int padding(int count, int index) {
    if (count <= 4 || index <= 1) return index;
    return index == count - 1 ? 3 : 2;
  }

  @Override
  public HistoryExample draw(FrameSource source, Draws draws) {
    int shortest = lengths.stream().mapToInt(n -> n).min().orElseThrow();
    TaskFrames.checkLength("inverted", source, 1 + section * shortest);
    List<Integer> fit =
        lengths.stream().filter(n -> (source.longest() - 1) / section >= n).toList();
    int count = fit.get(draws.below(fit.size()));
    int index = index(count, draws);
    FrameSource.Take take = source.take(draws, 1 + section * count);
    Frames window = take.frames();
    int start = 1 + section * index;
    int first = start + section;
    int valid = Math.min(history, window.frames() - first);
    return new HistoryExample(
        TaskFrames.startingAt(window, first, first + valid, history),
        TaskFrames.run(Origin.GENERATED, valid, Origin.MISSING, history - valid),
        window.slice(0, 1),
        window.slice(start, section),
        start,
        padding(count, index),
        true,
        take.label());
  }

  private int index(int count, Draws draws) {
    if (draws.uniform() >= edges) return draws.below(count);
    return List.of(0, Math.max(0, count - 2), count - 1).get(draws.below(3));
  }
}
