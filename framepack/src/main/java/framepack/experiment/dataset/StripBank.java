package framepack.experiment.dataset;

import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/// The strips of one world: painted and encoded once, training and test strips apart, with the
/// normalisation of the training strips.
///
/// A strip depends only on (world, seed, split, period, index): asking for more strips, fewer
/// periods or another order changes none of them.
public final class StripBank implements FrameSource {
  private static final long TRAINING = 0;
  private static final long TEST = 1;

  private final List<Integer> periods;
  private final List<List<Strip>> training; // [period][index]
  private final List<List<Strip>> test;
  private final ChannelNorm norm;

  private StripBank(
      List<Integer> periods, List<List<Strip>> training, List<List<Strip>> test, ChannelNorm norm) {
    this.periods = periods;
    this.training = training;
    this.test = test;
    this.norm = norm;
  }

  /// The memory task's bank: world F0, 700 training and 64 test strips a period.
  public static StripBank memory(long seed, List<Integer> periods) {
    return memory(seed, periods, 700, 64);
  }

  /// The same with other numbers of strips a period.
  public static StripBank memory(
      long seed, List<Integer> periods, int trainingStrips, int testStrips) {
    return of(new RevisitWorld(), seed, periods, trainingStrips, testStrips);
  }

  /// The drift task's bank: world DISC of period 3, 1500 training and 64 test strips. Mean and std
  /// come from the same world at periods 4 to 16, whose strips are not narrower than a frame.
  public static StripBank drift(long seed) {
    return drift(seed, 1500, 64);
  }

  /// The same with other numbers of strips.
  public static StripBank drift(long seed, int trainingStrips, int testStrips) {
    return drift(new Carousel(), seed, trainingStrips, testStrips);
  }

  /// The same of another world.
  public static StripBank drift(StripWorld world, long seed, int trainingStrips, int testStrips) {
    StripBank wide = of(world, seed, List.of(4, 6, 8, 12, 16), 150, 1);
    return of(world, seed, List.of(3), trainingStrips, testStrips).withNorm(wide.norm);
  }

  /// Paints and encodes `trainingStrips` and `testStrips` strips of every period.
  public static StripBank of(
      StripWorld world, long seed, List<Integer> periods, int trainingStrips, int testStrips) {
    if (periods.isEmpty() || trainingStrips < 1 || testStrips < 1) {
      throw new DatasetError(
          "%s: expected at least one period, training strip and test strip, got %s, %d and %d"
              .formatted(world.title(), periods, trainingStrips, testStrips));
    }
    if (periods.stream().distinct().count() < periods.size()) {
      throw new DatasetError(
          "%s: periods %s name one twice; name each once".formatted(world.title(), periods));
    }
    List<List<Strip>> training = new ArrayList<>();
    List<List<Strip>> test = new ArrayList<>();
    List<Frames> latents = new ArrayList<>();
    for (int period : periods) {
      training.add(strips(world, seed, TRAINING, period, trainingStrips));
      test.add(strips(world, seed, TEST, period, testStrips));
      for (Strip strip : training.getLast()) latents.add(strip.latents());
    }
    ChannelNorm norm = ChannelNorm.fit(latents, ChannelNorm.HALF);
    return new StripBank(List.copyOf(periods), training, test, norm);
  }

  /// The same strips with another normalisation.
  public StripBank withNorm(ChannelNorm other) {
    return new StripBank(periods, training, test, other);
  }

  public List<Integer> periods() {
    return periods;
  }

  /// Training strips of `period`, latents before normalisation.
  public List<Strip> training(int period) {
    return training.get(label(period));
  }

  /// Test strips of `period`, none of which is a training strip.
  public List<Strip> test(int period) {
    return test.get(label(period));
  }

  /// The class of a period: its place in `periods()`.
  public int label(int period) {
    int label = periods.indexOf(period);
    if (label < 0) {
      throw new DatasetError("period %d is not in this bank; it has %s".formatted(period, periods));
    }
    return label;
  }

  /// Latent rows of a frame, which has as many columns.
  public int side() {
    return test.getFirst().getFirst().side();
  }

  /// Frames of a strip as the model sees them: z [16, count, side, side].
  public Frames window(Strip strip, long start, int count) {
    return norm.apply(strip.window(start, count));
  }

  /// Period, strip, start phase and one of the 16 augmentations, each uniform.
  @Override
  public Take take(Philox draws, int count) {
    int label = draws.nextInt(periods.size());
    List<Strip> strips = training.get(label);
    Strip strip = strips.get(draws.nextInt(strips.size()));
    int phase = draws.nextInt(strip.period());
    Augmentation look = Augmentation.of(draws.nextInt(Augmentation.COUNT));
    // both change numbers one by one, and a strip has fewer of them than its frames
    Strip changed = new Strip(strip.period(), norm.apply(look.apply(strip.latents())));
    return new Take(changed.window(phase, count), label);
  }

  /// Strips are endless.
  @Override
  public int longest() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int labels() {
    return periods.size();
  }

  @Override
  public ChannelNorm norm() {
    return norm;
  }

  @Override
  public LinearPatchCodec codec() {
    return DctCodec.codec();
  }

  private static List<Strip> strips(
      StripWorld world, long seed, long split, int period, int count) {
    List<Strip> strips = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Philox draws = Philox.of(seed, world.stream(), split, period, i);
      strips.add(new Strip(period, DctCodec.codec().encode(world.paint(period, draws))));
    }
    return List.copyOf(strips);
  }
}
