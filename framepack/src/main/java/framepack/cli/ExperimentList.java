package framepack.cli;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.Library;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.RunDirectory.State;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `framepack experiment list`: what is ready to run, and what was run.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Show the ready experiments, and those that were run and how far they are.")
final class ExperimentList implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ArchiveOption place;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready:");
    for (String name : Library.names()) {
      Experiment ready = ExperimentFile.read(name, List.of());
      out.printf("  %-26s %4d runs  %s%n", name, ready.runs().size(), ready.about());
    }
    Archive archive = place.archive();
    out.println("in " + archive.root() + ":" + (archive.names().isEmpty() ? " none" : ""));
    for (String name : archive.names()) {
      Experiment begun = archive.read(name);
      out.printf("  %-26s %4d runs  %s%n", name, begun.runs().size(), states(begun, archive));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String states(Experiment experiment, Archive archive) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (PlannedRun run : experiment.runs()) {
      counts.merge(archive.run(run).state(), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
