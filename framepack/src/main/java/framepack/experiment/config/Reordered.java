package framepack.experiment.config;

import framepack.pack.PackSpec;
import framepack.pack.PackSpec.Order;
import framepack.pack.PackSpec.Side;
import framepack.pack.PatchKernel;
import framepack.pack.Run;
import java.util.List;

/// The same history in another order of sections: with one start frame where the order needs a start, with one endpoint
/// frame where it needs an endpoint.
final class Reordered {
  private static final List<Run> ONE_FRAME = List.of(new Run(1, PatchKernel.BASE));

  private Reordered() {}

  static PackSpec of(PackSpec spec, Order order) {
    boolean right = order == Order.INVERTED;
    boolean turned = right != (spec.side() == Side.RIGHT);
    List<Run> start = spec.start().isEmpty() ? ONE_FRAME : spec.start();
    List<Run> endpoint = spec.endpoint().isEmpty() ? ONE_FRAME : spec.endpoint();
    return new PackSpec(
        right || order == Order.FORWARD_START ? start : List.of(),
        turned ? spec.history().reversed() : spec.history(),
        right ? Side.RIGHT : Side.LEFT,
        spec.generated(),
        spec.discrete(),
        order == Order.ENDPOINT ? endpoint : List.of(),
        spec.tail());
  }
}
