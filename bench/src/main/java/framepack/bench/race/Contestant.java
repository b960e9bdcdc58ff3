package framepack.bench.race;

/// One way to do the work of a race.
public interface Contestant extends AutoCloseable {
  /// Does it once; what comes back keeps a compiler from leaving it out.
  Object run();

  @Override
  void close();
}
