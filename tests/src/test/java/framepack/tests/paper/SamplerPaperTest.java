package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.noise.TimeShift;
import framepack.noise.WanLevels;
import framepack.sampler.Denoiser;
import framepack.sampler.Euler;
import framepack.sampler.Sampler;
import framepack.sampler.StepListener;
import framepack.sampler.UniPc;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Claim T12: UniPC and Euler on the scalar model `m(x, s) = 0.3 x + sin(5 s)` from x = 1.5 with shift 7, in float64.
class SamplerPaperTest {
  private static final double EXACT = 1.2077164957534272;
  private static final Denoiser SCALAR =
      (x, sigma) -> x.affine(0.3, Math.sin(5 * sigma)); // predicts x0

  private int calls;

  @ParameterizedTest
  @CsvSource({
    "BH1, 1, -0.5089242746631385",
    "BH1, 2, -0.5689568526008302",
    "BH1, 3, -0.3740852107658332",
    "BH1, 4, -0.0689219023535253",
    "BH1, 8, 0.8584228113459849",
    "BH1, 25, 1.1938750269683012",
    "BH2, 25, 1.1938750377816305",
  })
  void unipc_gives_the_published_values(UniPc.Variant variant, int steps, double expected) {
    assertEquals(expected, sample(new UniPc(variant), SCALAR, steps), 1e-12);
    assertEquals(steps, calls, "one model call a step");
  }

  @Test
  void with_25_steps_unipc_errs_half_as_much_as_euler() {
    double unipc = Math.abs(sample(new UniPc(UniPc.Variant.BH1), SCALAR, 25) - EXACT);
    double euler = Math.abs(sample(new Euler(), SCALAR, 25) - EXACT);
    assertEquals(1.1815933286967701, EXACT - euler, 1e-12);
    assertTrue(unipc < 0.55 * euler, unipc + " against " + euler);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "7"})
  void a_constant_prediction_is_reproduced_exactly(int steps) {
    Denoiser constant = (x, sigma) -> x.affine(0, 0.7);
    for (Sampler sampler : List.of(new UniPc(UniPc.Variant.BH2), new Euler())) {
      assertEquals(0.7, sample(sampler, constant, steps));
    }
  }

  @Test
  void wans_solver_approaches_the_known_flow_of_gaussian_data_in_second_order() {
    double variance = 0.25;
    Denoiser gaussian =
        (x, sigma) -> {
          double alpha = 1 - sigma;
          return x.mul(alpha * variance / (alpha * alpha * variance + sigma * sigma));
        };
    double[] errors = new double[3];
    for (int i = 0; i < errors.length; i++) {
      double[] sigmas = new WanLevels(5).sigmas(20 << i);
      errors[i] = Math.abs(sample(UniPc.WAN, gaussian, sigmas) - 1.5 * Math.sqrt(variance));
    }
    assertTrue(errors[1] < errors[0] / 4 && errors[2] < errors[1] / 4, Arrays.toString(errors));
    assertTrue(errors[2] < 2e-3, Arrays.toString(errors));
  }

  @Test
  void wans_path_refuses_pure_noise_and_orders_that_do_not_exist() {
    var noise = assertThrows(IllegalArgumentException.class, () -> sample(UniPc.WAN, SCALAR, 5));
    assertEquals(
        "unipc: the flow's path needs levels below 1, the first is 1.0", noise.getMessage());
    for (int order : new int[] {0, 4}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new UniPc(UniPc.Variant.BH2, UniPc.Path.FLOW, order));
    }
    assertThrows(IllegalArgumentException.class, () -> new WanLevels(0));
    assertThrows(IllegalArgumentException.class, () -> new WanLevels(3).sigmas(0));
  }

  @Test
  void memory_does_not_grow_with_the_steps() {
    try (Backend backend = Backends.open("reference")) {
      List<Long> used = new ArrayList<>();
      for (int steps : new int[] {6, 60}) {
        try (Workspace home = Workspace.open(backend)) {
          Tensor noise = Tensor.full(1, 1000);
          double[] sigmas = TimeShift.of(3).sigmas(steps);
          new UniPc(UniPc.Variant.BH1).sample(SCALAR, noise, sigmas, StepListener.NONE);
          used.add(home.usedBytes());
        }
      }
      assertEquals(used.get(0), used.get(1));
    }
  }

  @Test
  void the_listener_sees_what_the_sampler_goes_on_from() {
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend)) {
      List<float[]> seen = new ArrayList<>();
      float[] result =
          new Euler()
              .sample(
                  SCALAR,
                  Tensor.full(1.5, 1),
                  TimeShift.of(7).sigmas(4),
                  (step, x, denoised) -> seen.add(x.toFloats()))
              .toFloats();
      assertEquals(4, seen.size());
      assertArrayEquals(result, seen.getLast());
    }
  }

  @Test
  void levels_that_do_not_fall_are_refused() {
    for (double[] sigmas :
        new double[][] {{}, {1}, {1, 1}, {0, 1}, {1, 0, 0}, {1, -1}, {Double.NaN, 0}}) {
      assertThrows(IllegalArgumentException.class, () -> Sampler.check(sigmas));
    }
  }

  private double sample(Sampler sampler, Denoiser model, int steps) {
    return sample(sampler, model, TimeShift.of(7).sigmas(steps));
  }

  private double sample(Sampler sampler, Denoiser model, double[] sigmas) {
    calls = 0;
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend)) {
      Tensor noise = Tensor.full(1.5, 1).cast(DType.F64);
      Denoiser counted =
          (x, sigma) -> {
            calls++;
            return model.denoise(x, sigma);
          };
      Tensor result = sampler.sample(counted, noise, sigmas, StepListener.NONE);
      double[] value = new double[1];
      result.copyTo(java.lang.foreign.MemorySegment.ofArray(value));
      return value[0];
    }
  }
}
