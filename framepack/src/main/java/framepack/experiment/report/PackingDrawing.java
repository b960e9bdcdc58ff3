package framepack.experiment.report;

import framepack.pack.PatchKernel;
import framepack.pack.Run;
import framepack.pack.TokenCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A packing as a picture: every patchified group of frames is a card, ruled as its kernel cuts
/// it; behind a card lie the other frames that share its tokens. Below, each level's share of the
/// context.
///
/// @param levels in the order of the tokens
public record PackingDrawing(List<Level> levels) implements Figure {
  private static final double LARGEST_CARD = 46;
  private static final double CARD_GAP = 5;
  private static final double LEVEL_GAP = 16;
  private static final double LETTER = 6.2;
  private static final double TOP = 18;
  private static final int FINEST_CELLS = 8; // across a card at kernel width 2
  private static final int SHOWN_BEHIND = 3;

  /// Frames that share a kernel.
  ///
  /// @param label as in the packing's name, such as `f16k4` or `x`
  /// @param frames latent frames
  /// @param t kernel along time, in latent frames
  /// @param h kernel along height, in latent pixels
  /// @param w kernel along width, in latent pixels
  /// @param tokens all tokens of the level
  public record Level(String label, int frames, int t, int h, int w, long tokens) {
    public Level {
      if (frames < 1 || t < 1 || h < 1 || w < 1 || tokens < 0) {
        throw new IllegalArgumentException(
            "level '%s': %d frames, kernel %dx%dx%d, %d tokens: all at least 1"
                .formatted(label, frames, t, h, w, tokens));
      }
    }

    private static Level of(String label, Run run, long tokens) {
      PatchKernel k = run.kernel();
      return new Level(label, run.frames(), k.t(), k.h(), k.w(), tokens);
    }

    int cards() {
      return (frames + t - 1) / t;
    }

    private String kernel() {
      return t + "\u00d7" + h + "\u00d7" + w;
    }

    private String count() {
      return Numbers.format(tokens, 0);
    }

    private double textWidth() {
      int longest = Math.max(label.length(), Math.max(kernel().length(), count().length()));
      return longest * LETTER;
    }
  }

  public PackingDrawing {
    levels = List.copyOf(levels);
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("a packing has at least one level");
    }
  }

  /// The levels of a packing with their tokens, then the frames to make.
  public static PackingDrawing of(List<TokenCount.Share> shares, int generated, long noisy) {
    List<Level> levels = new ArrayList<>();
    for (TokenCount.Share share : shares) {
      Run run = share.level().run();
      boolean anchor = share.level().role() == framepack.pack.Level.Role.ANCHOR;
      levels.add(Level.of(anchor ? "anchor" : run.toString(), run, share.tokens()));
    }
    levels.add(Level.of("g" + generated, new Run(generated, PatchKernel.BASE), noisy));
    return new PackingDrawing(levels);
  }

  /// Cards of all levels.
  public int cards() {
    return levels.stream().mapToInt(Level::cards).sum();
  }

  @Override
  public void appendTo(Markup html, int width) {
    double card = LARGEST_CARD;
    while (card > 4 && totalWidth(card) > width) {
      card -= 0.5;
    }
    double scale = Math.min(1, width / totalWidth(card));
    double barTop = TOP + card + 66;
    String box = String.format(Locale.ROOT, "0 0 %d %.0f", width, barTop + 40);
    html.open("svg", "viewBox", box, "role", "img", "aria-label", "packing");
    html.open("g", "transform", String.format(Locale.ROOT, "scale(%.4f 1)", scale));
    double x = 1; // half a line's width stays inside the picture
    for (int i = 0; i < levels.size(); i++) {
      level(html, levels.get(i), i % Legend.COLOURS, x, card);
      x += width(levels.get(i), card) + LEVEL_GAP;
    }
    html.close("g");
    shares(html, barTop, width);
    html.close("svg");
  }

  private double totalWidth(double card) {
    double sum = 2 - LEVEL_GAP;
    for (Level level : levels) {
      sum += width(level, card) + LEVEL_GAP;
    }
    return sum;
  }

  /// From one card to the next; what lies behind a card peeps out by 2 to its right.
  private static double step(Level level, double card) {
    return card + gap(card) + 2.0 * behind(level);
  }

  private static double gap(double card) {
    return Math.min(CARD_GAP, card / 6);
  }

  private static double cardsWidth(Level level, double card) {
    return level.cards() * step(level, card) - gap(card);
  }

  private static double width(Level level, double card) {
    return Math.max(cardsWidth(level, card), level.textWidth());
  }

  private static int behind(Level level) {
    return Math.min(SHOWN_BEHIND, Math.min(level.t, level.frames) - 1);
  }

  private void level(Markup svg, Level level, int colour, double left, double card) {
    double width = width(level, card);
    double x = left + (width - cardsWidth(level, card)) / 2;
    for (int i = 0; i < level.cards(); i++) {
      card(svg, level, colour, x + i * step(level, card), card);
    }
    double y = TOP + card + 8;
    svg.empty("line", "x1", left, "y1", y, "x2", left + width, "y2", y, "class", "line c" + colour);
    double middle = left + width / 2;
    svg.element("text", level.label, "x", middle, "y", y + 17, "class", "value middle");
    svg.element("text", level.kernel(), "x", middle, "y", y + 32, "class", "tick middle");
    svg.element("text", level.count(), "x", middle, "y", y + 47, "class", "tick middle");
  }

  private static void card(Markup svg, Level level, int colour, double x, double card) {
    for (int b = behind(level); b > 0; b--) {
      svg.empty(
          "rect",
          "x",
          x + 2 * b,
          "y",
          TOP - 3 * b,
          "width",
          card,
          "height",
          card,
          "class",
          "card back c" + colour);
    }
    svg.empty("rect", "x", x, "y", TOP, "width", card, "height", card, "class", "ground");
    svg.empty("rect", "x", x, "y", TOP, "width", card, "height", card, "class", "card c" + colour);
    int most = Math.max(1, (int) (card / 3));
    int across = Math.clamp(2L * FINEST_CELLS / level.w, 1, most);
    int down = Math.clamp(2L * FINEST_CELLS / level.h, 1, most);
    for (int i = 1; i < across; i++) {
      double at = x + card * i / across;
      svg.empty(
          "line", "x1", at, "y1", TOP, "x2", at, "y2", TOP + card, "class", "rule c" + colour);
    }
    for (int i = 1; i < down; i++) {
      double at = TOP + card * i / down;
      svg.empty("line", "x1", x, "y1", at, "x2", x + card, "y2", at, "class", "rule c" + colour);
    }
  }

  /// One bar over the whole width, cut by tokens.
  private void shares(Markup svg, double top, int whole) {
    long total = Math.max(1, levels.stream().mapToLong(Level::tokens).sum());
    double x = 0;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      double width = (double) whole * level.tokens / total;
      int colour = i % Legend.COLOURS;
      svg.open(
          "rect",
          "x",
          x,
          "y",
          top,
          "width",
          Math.max(0, width - 1),
          "height",
          14.0,
          "class",
          "bar c" + colour);
      svg.element("title", level.label + ": " + level.count() + " tokens").close("rect");
      String share = Math.round(100.0 * level.tokens / total) + "\u2009%";
      if (width > share.length() * LETTER + 4) {
        svg.element("text", share, "x", x + width / 2, "y", top + 30, "class", "tick middle");
      }
      x += width;
    }
  }
}
