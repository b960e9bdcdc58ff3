package framepack.verify.kind;

import framepack.verify.CaseKind;
import java.util.List;

/// Every kind of golden case that the program can verify, listed here and nowhere else.
public final class Kinds {
  /// All of them.
  public static final List<CaseKind> ALL =
      List.of(
          new PrimitivesKind(),
          new RopeKind(),
          new RandnKind(),
          new FluxSchedKind(),
          new UniPcKind(),
          new UniPcWanKind(),
          new EulerKind(),
          new RescaleCfgKind(),
          new FpUtilsKind(),
          new SectionsKind(),
          new FpPackKind(),
          new FpDitKind("fp_dit"),
          new FpDitKind("fp_shard"),
          new HvDitKind(),
          new WanDitKind(),
          new FpTeacacheKind(),
          new E2eSampleKind(),
          new AttnTrainKind(),
          new FpTrainKind());

  private Kinds() {}
}
