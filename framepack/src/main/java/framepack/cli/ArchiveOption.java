package framepack.cli;

import framepack.experiment.run.Archive;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--out`, the folder that all verbs of `experiment` work on.
final class ArchiveOption {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "experiments",
      description = "Folder of experiments and runs. Default: experiments.")
  private Path out;

  Archive archive() {
    return new Archive(out);
  }

  /// As it is typed again; empty for the default.
  String typed() {
    return out.toString().equals("experiments") ? "" : " --out " + out;
  }
}
