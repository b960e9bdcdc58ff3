package framepack.bench.peer;

import framepack.bench.Ceilings;
import framepack.bench.e2e.NanoSetting;
import framepack.bench.race.Contestant;
import framepack.bench.race.Race;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/// One training step of the laboratory's model, by us and by libtorch with each of its forms of AdamW.
@Warmup(iterations = 9, time = 3)
@Measurement(iterations = 18, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class NanoStepRace extends Race {
  private static final int CHECKED = 5;

  /// Examples of a step.
  @Param({"nano.batch8", "nano.batch64"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch", "libtorch fused AdamW");
  }

  /// Ours, whose step draws its examples too.
  private record Ours(Backend backend, NanoSetting training) implements Contestant {
    @Override
    public Object run() {
      return training.step();
    }

    @Override
    public void close() {
      training.close();
      backend.close();
    }
  }

  @Override
  protected List<Contestant> enter() {
    Backend backend = Backends.open(device);
    int batch = Integer.parseInt(shape.substring("nano.batch".length()));
    NanoSetting training = NanoSetting.on(backend, batch);
    int threads = Ceilings.threads(device);
    NanoTorch plain = new NanoTorch(training, threads, false);
    NanoTorch fused = new NanoTorch(training, threads, true);
    for (int step = 0; step < CHECKED; step++) {
      plain.hand(training, step);
      fused.hand(training, step);
      double loss = training.step();
      checkLoss(step, loss, plain.step());
      checkLoss(step, loss, fused.step());
    }
    return List.of(new Ours(backend, training), plain, fused);
  }

  private static void checkLoss(int step, double ours, double theirs) {
    if (!(Math.abs(ours - theirs) <= 1e-4 * ours)) {
      throw new IllegalStateException(
          "step %d: the loss is %s here and %s in libtorch".formatted(step, ours, theirs));
    }
  }
}
