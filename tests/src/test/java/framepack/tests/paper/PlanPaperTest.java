package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.plan.PackingPlan;
import framepack.tests.plan.Plans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T1, T3 and T21 through `plan`.
class PlanPaperTest {
  @ParameterizedTest
  @CsvSource({
    "framepack, 480, 832, 3926, 17966",
    "framepack-f1, 512, 768, 3840, 17664",
    "framepack, 960, 416, 3930, 17970",
  })
  void T1_a_released_section_has_the_tokens_of_the_table(
      String name, int height, int width, long context, long video) {
    PackingPlan plan = Plans.released(name, height, width);
    assertEquals(context, plan.tokens().context());
    assertEquals(video, plan.tokens().video());
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4f2k2f1k1_g9, 2366, 1.5",
    "td_f16k4f4k2f1k1_g9, 2756, 1.75",
    "td_f8k8f4k4f2k2f1k1_g9, 2082, 1.328125",
  })
  void T3_padded_and_ideal_history_of_the_papers_names(String name, long padded, double ideal) {
    PackingPlan plan = Plans.released(name, 480, 832);
    assertEquals(padded, plan.tokens().context());
    assertEquals(ideal * 1560, plan.tokens().ideal());
  }

  @Test
  void T21_packing_saves_2_52_times_the_tokens_and_6_34_times_the_pairs() {
    PackingPlan plan = Plans.released("framepack", 480, 832);
    double packed = plan.tokens().video();
    double full = plan.full().tokens().video();
    assertEquals(45_240, full);
    assertEquals(2.52, full / packed, 0.005);
    assertEquals(6.34, Math.pow(full / packed, 2), 0.005);
  }

  @Test
  void T21_a_minute_at_once_has_703560_tokens_and_1534_times_the_pairs() {
    PackingPlan plan = Plans.released("framepack", 480, 832, 60);
    assertEquals(703_560, plan.wholeVideo());
    double ratio = plan.wholeVideo() / (double) plan.tokens().video();
    assertEquals(1534, ratio * ratio, 0.5);
    assertEquals(Plans.released("framepack", 480, 832).step(), plan.step(), "flat in length");
  }

  @Test
  void T21_a_step_costs_what_the_fact_sheet_says_about_half_of_it_attention() {
    PackingPlan plan = Plans.released("framepack", 480, 832);
    double step = plan.step().flops().doubleValue();
    assertEquals(5.2e14, step, 0.05e14);
    assertEquals(0.5, plan.step().attention().doubleValue() / step, 0.02);
    assertEquals(1.29e16, plan.section().flops().doubleValue(), 0.02e16);
  }
}
