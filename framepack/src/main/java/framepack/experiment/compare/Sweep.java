package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfig;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Cost;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.RunDirectory.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An experiment and what is finished of it, variant by variant.
///
/// @param parts variants by the part of the experiment, in its order
public record Sweep(Experiment experiment, Map<String, List<Variant>> parts) {

  /// Reads what is there now; a sweep that still runs can be read too.
  public static Sweep read(Archive archive, Experiment experiment) {
    Map<String, Map<RunConfig, List<PlannedRun>>> grouped = new LinkedHashMap<>();
    for (PlannedRun run : experiment.runs()) {
      grouped
          .computeIfAbsent(run.part(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(run.config().withSeed(0), _ -> new ArrayList<>())
          .add(run);
    }
    Map<String, List<Variant>> parts = new LinkedHashMap<>();
    grouped.forEach((part, groups) -> {
      List<String> names = names(groups.values().stream().map(List::getFirst).toList());
      List<Variant> variants = new ArrayList<>();
      for (List<PlannedRun> runs : groups.values()) {
        variants.add(new Variant(names.get(variants.size()), runs, finished(archive, runs)));
      }
      parts.put(part, variants);
    });
    return new Sweep(experiment, parts);
  }

  private static List<Finished> finished(Archive archive, List<PlannedRun> runs) {
    return runs.stream()
        .filter(run -> archive.run(run).state() == State.FINISHED)
        .map(run -> {
          RunDirectory directory = archive.run(run);
          return new Finished(
              run.config().seed(),
              Results.read(directory.results()),
              Cost.read(directory.cost()),
              directory);
        })
        .sorted(Comparator.comparingLong(Finished::seed))
        .toList();
  }

  /// The label or packing, and whatever else tells a variant from others of that name.
  private static List<String> names(List<PlannedRun> runs) {
    List<Map<String, String>> all =
        runs.stream()
            .map(PlannedRun::config)
            .map(config -> RunConfigJson.flat(config.withSeed(0)))
            .toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Map<String, String> differing = new TreeMap<>();
      for (int j = 0; j < runs.size(); j++) {
        if (runs.get(j).name().equals(runs.get(i).name())) {
          Map<String, String> other = all.get(j);
          all.get(i)
              .forEach((key, value) -> {
                if (!value.equals(other.get(key))) {
                  differing.put(key, value);
                }
              });
        }
      }
      StringBuilder name = new StringBuilder(runs.get(i).name());
      differing.forEach((key, value) -> name.append(", ").append(key).append(' ').append(value));
      names.add(name.toString());
    }
    return names;
  }
}
