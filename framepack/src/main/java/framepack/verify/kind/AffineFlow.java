package framepack.verify.kind;

import framepack.guidance.VelocityModel;
import framepack.tensor.Tensor;
import framepack.tensor.op.Activation;
import framepack.verify.GoldenCase;
import java.util.stream.IntStream;

/// The stand-in for a transformer in sampler cases: `v = A x + b (timestep / 1000) + c` over the channels (axis 1).
record AffineFlow(Tensor a, Tensor b, Tensor c) implements VelocityModel {
  static AffineFlow of(GoldenCase golden, String pass) {
    return new AffineFlow(golden.in("A_" + pass), golden.in("b_" + pass), golden.in("c_" + pass));
  }

  @Override
  public Tensor velocity(Tensor x, double timestep) {
    int rank = x.shape().rank();
    int[] last =
        IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1).toArray();
    int[] back =
        IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1).toArray();
    Tensor bias = b.mul(timestep / 1000).add(c);
    return x.permute(last).linear(a, bias, Activation.NONE).permute(back).contiguous();
  }
}
