package framepack.bench;

import java.util.List;

/// How another contestant of a race did beside ours, in the unit of the line.
///
/// @param name library, and how it was asked where there is a choice
/// @param median over all its iterations
/// @param perFork median of every fork
/// @param ratio its time over ours, within one round; median over rounds. Above 1: ours is faster
public record Rival(String name, double median, List<Double> perFork, double ratio) {
  public Rival {
    perFork = List.copyOf(perFork);
  }
}
