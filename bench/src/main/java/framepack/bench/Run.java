package framepack.bench;

import framepack.bench.kernel.Cost;
import framepack.bench.kernel.KernelBench;
import framepack.bench.race.Race;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One benchmark at one shape: its numbers are kept before the next begins, so that a long run can be interrupted.
///
/// @param method as JMH names it
/// @param params values of its parameters by name
record Run(String method, Map<String, String> params) {
  private static final String ROOT = "framepack.bench.";

  /// Everything that `given` selects, but for races on devices that they do not know.
  static List<Run> selectedBy(Options given) {
    List<Run> runs = new ArrayList<>();
    for (BenchmarkListEntry entry :
        BenchmarkList.defaultList()
            .find(
                OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT),
                given.getIncludes(),
                given.getExcludes())) {
      List<Map<String, String>> all = List.of(Map.of());
      for (Map.Entry<String, String[]> param : entry.getParams().orElse(Map.of()).entrySet()) {
        all = times(all, param.getKey(), values(given, param.getKey(), List.of(param.getValue())));
      }
      all.forEach(params -> runs.add(new Run(entry.getUsername(), params)));
    }
    runs.removeIf(run -> run.benchmark() instanceof Race race && !race.knowsDevice());
    return runs;
  }

  /// Those that were asked for; of shapes only those that the benchmark knows, so that a name selects what has it.
  private static Collection<String> values(Options given, String param, List<String> known) {
    Collection<String> asked = given.getParameter(param).orElse(known);
    return param.equals("shape") ? asked.stream().filter(known::contains).toList() : asked;
  }

  private static List<Map<String, String>> times(
      List<Map<String, String>> all, String name, Collection<String> values) {
    List<Map<String, String>> more = new ArrayList<>();
    for (Map<String, String> params : all) {
      for (String value : values) {
        Map<String, String> longer = new TreeMap<>(params);
        longer.put(name, value);
        more.add(longer);
      }
    }
    return more;
  }

  /// Selects one method, whatever its parent selects. JMH sends its options to the forks.
  private static final class One extends OptionsBuilder {
    private final String method;

    One(String method) {
      this.method = method;
    }

    @Override
    public List<String> getIncludes() {
      return List.of("^" + method.replace(".", "\\.") + "$");
    }
  }

  /// Options that select this alone and are otherwise those of `given`.
  ChainedOptionsBuilder options(Options given) {
    OptionsBuilder one = new One(method);
    one.parent(given);
    params.forEach(one::param);
    return one;
  }

  /// `kernel.LinearBench` of `framepack.bench.kernel.LinearBench.run`.
  String name() {
    return type().substring(ROOT.length());
  }

  /// The values of all parameters but the device.
  String shape() {
    return params.entrySet().stream()
        .filter(param -> !param.getKey().equals("device"))
        .map(param ->
            param.getKey().equals("shape")
                ? param.getValue()
                : param.getKey() + " " + param.getValue())
        .collect(Collectors.joining(", "));
  }

  String device() {
    return params.getOrDefault("device", "");
  }

  /// As [Line#key].
  String key() {
    return Line.key(name(), shape(), device());
  }

  boolean isRace() {
    return benchmark() instanceof Race;
  }

  /// Names of the contestants, ours first.
  List<String> contestants() {
    return benchmark() instanceof Race race ? race.names() : List.of("framepack");
  }

  /// What one call costs on paper; null if nobody has counted it.
  Cost cost() {
    return switch (benchmark()) {
      case KernelBench kernel -> kernel.work().cost();
      case Race race -> race.cost();
      default -> null;
    };
  }

  /// The benchmark itself, with its shape and device but not set up.
  private Object benchmark() {
    try {
      Object bench = Class.forName(type()).getDeclaredConstructor().newInstance();
      for (String name : List.of("shape", "device")) {
        if (params.containsKey(name)) {
          bench.getClass().getField(name).set(bench, params.get(name));
        }
      }
      return bench;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type() + ": cannot be asked what it does", e);
    }
  }

  private String type() {
    return method.substring(0, method.lastIndexOf('.'));
  }
}
