package framepack.cli;

import framepack.order.SamplingOrder;
import framepack.pack.PackCatalogue;
import framepack.pack.PackSpec;
import framepack.plan.CalibrationStore;
import framepack.plan.Calibrator;
import framepack.plan.Canvas;
import framepack.plan.Ceilings;
import framepack.plan.Machine;
import framepack.plan.ModelChoice;
import framepack.plan.PackingPlan;
import framepack.plan.PlanJson;
import framepack.plan.PlanPage;
import framepack.plan.PlanRequest;
import framepack.plan.PlanSet;
import framepack.plan.PlanText;
import framepack.plan.PlannedModel;
import framepack.plan.Planner;
import framepack.plan.VideoLength;
import framepack.plan.VideoPlan;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.MemoryBudget;
import framepack.tensor.core.DType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `framepack plan`: what packings cost, before anything is run.
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Tokens, flops, bytes, memory, time and sections of packings, exactly, before running them.",
    footer = {
      "",
      "NAME is a packing such as td_f16k4f2k2f1k1_g9, framepack or framepack-f1. Several names are compared.",
      "The first plan on a machine measures it for about ten seconds and keeps the numbers; --device meta",
      "predicts no time."
    })
final class Plan implements Callable<Integer> {
  /// Without a device there is nothing to predict.
  private static final String NO_DEVICE = "meta";

  private static final List<DType> WEIGHTS =
      List.of(DType.F32, DType.BF16, DType.F16, DType.Q8_0, DType.Q4_0);

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Packings.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "List the packings that have a name, and the models.")
  private boolean list;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "framepack-13b",
      description = "A preset, or a config.json. Default: framepack-13b.")
  private String model;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      defaultValue = "480x832",
      description = "Pixels, height first. Default: 480x832.")
  private String size;

  @ArgGroup private Length length = new Length();

  /// How long the video is, in one of three ways.
  private static final class Length {
    @Option(
        names = "--seconds",
        paramLabel = "S",
        description = "Seconds at 30 frames a second. Default: 5.")
    private Double seconds;

    @Option(names = "--frames", paramLabel = "N", description = "Or at least N pixel frames.")
    private Long frames;

    @Option(names = "--sections", paramLabel = "N", description = "Or N sections.")
    private Integer sections;

    private VideoLength chosen() {
      if (frames != null) {
        return new VideoLength.Frames(frames);
      }
      return sections != null
          ? new VideoLength.Sections(sections)
          : new VideoLength.Seconds(seconds == null ? 5 : seconds);
    }
  }

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description =
          "Which section comes next: vanilla, forward-start, inverted, inverted-text, endpoint,"
              + " endpoints:0.5,1, far-first. Default: as the name says.")
  private String order;

  @Option(
      names = "--anchor",
      paramLabel = "INDEX",
      description =
          "Latent frames that you give inside the video: 12,36,end; packed:12: without tokens of"
              + " its own.")
  private List<String> anchors = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "25",
      description = "Sampling steps of a section. Default: 25.")
  private int steps;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "1",
      description = "Videos of a training step. Default: 1.")
  private int batch;

  @Option(
      names = "--text-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "Text tokens of the prompt. Default: 256, the longest of the released demos.")
  private int textTokens;

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description =
          "Type of the layers' weights in memory: f32, bf16, f16, q8_0, q4_0. Default: as stored.")
  private String weights;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Refuse packings whose sampling takes more than this, such as 6g, even if blocks of weights stream.")
  private String memory;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "Whose time is predicted; meta: none. Default: cpu.")
  private String device;

  @Option(names = "--recalibrate", description = "Measure the device again.")
  private boolean recalibrate;

  @Option(names = "--json", description = "Print the plans, or the list, as JSON.")
  private boolean json;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with drawings.")
  private Path html;

  @Override
  public Integer call() throws IOException {
    if (list) {
      list(spec.commandLine().getOut());
      return ExitCode.OK;
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no packing given: name one, or see --list");
    }
    MemoryBudget budget = memory == null ? MemoryBudget.UNLIMITED : MemoryBudget.parse(memory);
    PlannedModel planned = ModelChoice.of(model);
    Canvas canvas = Canvas.parse(size, planned.patch());
    PlanRequest request =
        new PlanRequest(planned, canvas, video(), steps, batch, textTokens, matrices());
    List<PackSpec> specs = names.stream().map(PackSpec::parse).toList();
    specs.forEach(request.video()::sections);
    Optional<Ceilings> ceilings = ceilings();
    Planner planner = new Planner(request, ceilings);
    List<PackingPlan> plans = new ArrayList<>();
    specs.forEach(spec -> plans.add(planner.plan(spec)));
    plans.forEach(plan -> plan.requireWithin(budget));
    PlanSet set = new PlanSet(Version.number(), request, ceilings, plans);
    if (html != null) {
      PlanPage.of(set).writeTo(html);
      spec.commandLine().getErr().println("page: " + html);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? PlanJson.write(set) + System.lineSeparator() : PlanText.write(set));
    out.flush();
    return ExitCode.OK;
  }

  private Optional<DType> matrices() {
    if (weights == null) {
      return Optional.empty();
    }
    return Optional.of(
        WEIGHTS.stream()
            .filter(type -> type.name().equalsIgnoreCase(weights))
            .findAny()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "weights '" + weights + "': expected f32, bf16, f16, q8_0 or q4_0")));
  }

  private VideoPlan video() {
    return new VideoPlan(
        length.chosen(),
        Optional.ofNullable(order).map(SamplingOrder::parse),
        anchors.isEmpty() ? Optional.empty() : Optional.of(String.join(",", anchors)));
  }

  private void list(PrintWriter out) throws IOException {
    if (json) {
      out.println(PlanJson.list(Version.number()));
      out.flush();
      return;
    }
    for (PackCatalogue.Entry entry : PackCatalogue.ENTRIES) {
      out.println(entry.name());
      out.println("    " + entry.meaning());
      out.println("    " + entry.source());
    }
    out.println();
    out.println("models: " + String.join(", ", ModelChoice.presetNames()) + ", or a config.json");
    out.flush();
  }

  private Optional<Ceilings> ceilings() throws IOException {
    if (device.equals(NO_DEVICE)) {
      return Optional.empty();
    }
    PrintWriter err = spec.commandLine().getErr();
    Machine machine = Machine.here(device, Version.number());
    CalibrationStore store = CalibrationStore.ofUser(System.getenv());
    Optional<Ceilings> known = recalibrate ? Optional.empty() : store.read(machine);
    if (known.isPresent()) {
      return known;
    }
    try (Backend backend = Backends.open(device)) {
      err.println("measuring " + backend.description() + ", about 25 s");
      Ceilings measured = measured(backend, machine);
      keep(store, measured, err);
      return Optional.of(measured);
    }
  }

  private static Ceilings measured(Backend backend, Machine machine) {
    try (Progress progress = Progress.of("measure", Calibrator.PARTS)) {
      Ceilings measured = new Calibrator(backend, progress::at).measure(machine);
      progress.at(Calibrator.PARTS, "");
      return measured;
    }
  }

  /// A cache that cannot be written costs these seconds the next time, nothing else.
  private static void keep(CalibrationStore store, Ceilings measured, PrintWriter err) {
    try {
      store.write(measured);
    } catch (IOException | IllegalArgumentException e) {
      err.println("the measurement is not kept: " + Failure.of(e).line());
    }
  }
}
