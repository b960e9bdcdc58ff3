package framepack.cli;

import framepack.demo.DemoPlan;
import framepack.demo.DemoReport;
import framepack.demo.DemoResults;
import framepack.demo.DemoRun;
import framepack.demo.DemoVideos;
import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.Wanted;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `framepack demo`: the main job end to end.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Train on a real clip and continue it; measure memory and drift; write one report.",
    footer = {
      "",
      "Writes report.html and videos into the output folder. Ctrl-C keeps what is finished."
    })
final class Demo implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;

  @Option(names = "--clip", paramLabel = "FILE", description = "Your clip instead of the bundled.")
  private Path clip;

  @Option(names = "--quick", description = "The short form: under 2 minutes instead of 6.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "demo-out",
      description = "Output folder. Default: demo-out.")
  private Path out;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu[:threads], opencl[:platform[:device]] or reference.")
  private String device;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of everything. Default: 0.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    DemoPlan plan = quick ? DemoPlan.quick(seed) : DemoPlan.full(seed);
    Wanted wanted =
        Wanted.everything().oneIn(plan.clipEvery()).sized(plan.clipWidth(), plan.clipHeight());
    Clip source = clip == null ? ClipReader.bundled(wanted) : ClipReader.read(clip, wanted);
    String name = clip == null ? "cup.mp4 (bundled)" : clip.getFileName().toString();
    Files.createDirectories(out);
    try (Backend backend = Backends.open(device);
        Interrupt interrupt = Interrupt.install()) {
      err.println("device " + backend.name() + ": " + backend.description());
      Watcher watcher = new Watcher(err, source, provenance(backend));
      DemoResults results = new DemoRun(plan, backend, watcher, interrupt).run(name, source);
      new DemoVideos(results, source.rate()).write(out);
      err.println("report: " + out.resolve("report.html"));
      return results.finished() ? ExitCode.OK : INTERRUPTED;
    }
  }

  private Map<String, String> provenance(Backend backend) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", command());
    facts.put("version", Version.number());
    facts.put("device", backend.name() + ", " + backend.description());
    facts.put("Java", Runtime.version().toString());
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return facts;
  }

  private String command() {
    return "framepack demo"
        + (clip == null ? "" : " --clip " + clip)
        + (quick ? " --quick" : "")
        + " --device "
        + device
        + " --seed "
        + seed;
  }

  /// Progress on standard error, and the report rewritten whenever something is finished.
  private final class Watcher implements DemoRun.Watcher {
    private final PrintWriter err;
    private final Clip source;
    private final Map<String, String> provenance;
    private Progress bar;

    private Watcher(PrintWriter err, Clip source, Map<String, String> provenance) {
      this.err = err;
      this.source = source;
      this.provenance = provenance;
    }

    @Override
    public Trainer.Listener stage(String title, long steps) {
      closeBar();
      err.println("== " + title);
      if (steps == 0) {
        return _ -> {};
      }
      bar = Progress.of("train", steps);
      bar.at(0, "");
      AtomicLong done = new AtomicLong();
      return progress -> stepped(done.incrementAndGet(), progress.loss());
    }

    private synchronized void stepped(long done, double loss) {
      bar.at(done, "loss %.4f".formatted(loss));
    }

    private synchronized void closeBar() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    private synchronized void say(String line) {
      if (bar == null) {
        err.println(line);
      } else {
        bar.say(line);
      }
    }

    @Override
    public void finished(String line, DemoResults results) {
      say("   " + line);
      DemoVideos videos = new DemoVideos(results, source.rate());
      new DemoReport(results, videos, provenance).write(out.resolve("report.html"));
    }
  }
}
