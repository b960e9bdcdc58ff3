package framepack.bench.race;

import framepack.bench.kernel.PreparedKernel;

/// One of our operations as a contestant, on threads of its own, which sleep while it has no turn.
public record OurKernel(PreparedKernel kernel) implements Contestant {
  @Override
  public Object run() {
    return kernel.run();
  }

  @Override
  public void close() {
    kernel.close();
  }
}
