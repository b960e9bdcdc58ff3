package framepack.experiment.dataset;

import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/// Videos of one kind, encoded once: those to train on and those to test with, apart.
public final class VideoBank implements FrameSource {
  private static final long TRAINING = 0;
  private static final long TEST = 1;

  /// A video to continue.
  ///
  /// @param latents [C, T, h, w], not z
  /// @param remembered where frames after `known` ones show what only memory brings back, `[frame][pixel]`; empty if that is
  ///     not known of this kind of video
  public record Test(Frames latents, boolean[][] remembered) {}

  private final String title;
  private final LinearPatchCodec codec;
  private final ChannelNorm norm;
  private final List<Frames> training;
  private final List<Test> test;
  private final int longest;
  private final boolean augmented;

  /// @param augmented whether training videos are drawn in 16 looks; only the codec of the worlds can do that
  VideoBank(
      String title,
      LinearPatchCodec codec,
      List<Frames> training,
      List<Test> test,
      boolean augmented) {
    if (training.isEmpty() || test.isEmpty()) {
      throw new DatasetError(
          "%s: expected videos to train on and to test with, got %d and %d"
              .formatted(title, training.size(), test.size()));
    }
    this.title = title;
    this.codec = codec;
    this.training = List.copyOf(training);
    this.test = List.copyOf(test);
    this.augmented = augmented;
    norm = ChannelNorm.fit(training, ChannelNorm.HALF);
    longest = training.stream().mapToInt(Frames::frames).max().orElseThrow();
  }

  /// Videos of a world. One depends on (world, seed, split, index) and `frames` only.
  ///
  /// @param frames of every video
  /// @param known of them that are given in tests
  public static VideoBank of(
      VideoWorld world, long seed, int trainingVideos, int testVideos, int frames, int known) {
    List<Frames> training = new ArrayList<>();
    for (int i = 0; i < trainingVideos; i++) {
      Philox draws = Philox.of(seed, world.stream(), TRAINING, i);
      training.add(DctCodec.codec().encode(world.paint(frames, draws).pixels()));
    }
    List<Test> test = new ArrayList<>();
    for (int i = 0; i < testVideos; i++) {
      Sighted video = world.paint(frames, Philox.of(seed, world.stream(), TEST, i));
      test.add(new Test(DctCodec.codec().encode(video.pixels()), video.remembered(known)));
    }
    return new VideoBank(world.title(), DctCodec.codec(), training, test, world.hasLooks());
  }

  public String title() {
    return title;
  }

  /// Videos of which none is trained on.
  public List<Test> test() {
    return test;
  }

  /// One of the videos that are long enough, a window and a look, each uniform.
  @Override
  public Take take(Philox draws, int count) {
    List<Frames> fit = training.stream().filter(video -> video.frames() >= count).toList();
    if (fit.isEmpty()) {
      throw new DatasetError(
          "%s: a window of %d frames does not fit into videos of up to %d"
              .formatted(title, count, longest));
    }
    Frames video = fit.get(draws.nextInt(fit.size()));
    Frames window = video.slice(draws.nextInt(video.frames() - count + 1), count);
    int look = augmented ? draws.nextInt(Augmentation.COUNT) : 0;
    return new Take(norm.apply(augmented ? Augmentation.of(look).apply(window) : window), 0);
  }

  @Override
  public int longest() {
    return longest;
  }

  @Override
  public ChannelNorm norm() {
    return norm;
  }

  @Override
  public LinearPatchCodec codec() {
    return codec;
  }
}
