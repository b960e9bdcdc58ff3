package framepack.bench.race;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.AuxCounters.Type;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Whose turn an iteration was: JMH hands the counter on beside the time.
@AuxCounters(Type.EVENTS)
@State(Scope.Thread)
public class Turn {
  /// Place among the names of a race, counted from 0.
  public int contestant;
}
