package framepack.experiment.dataset;

import framepack.tensor.random.Philox;
import java.util.Arrays;

/// Two sprites that move behind a wall and come out again: their identity (colour and form) must survive while nothing is to
/// be seen of them.
///
/// Each has a lane, a colour U(-1, 1)³, one of three forms (disc, square, diamond) of radius 7, and a speed of 2, 3 or 4 pixels a
/// frame, and turns at the edges of the frame. The wall is 32 pixels wide, the same in all videos, in the middle; a sprite is
/// out of sight for 4 to 9 frames. The background runs between two colours U(-0.7, 0.7)³.
public record Sprites() implements VideoWorld {
  private static final int SIDE = StripWorld.USUAL_SIDE;
  private static final int[] LANES = {17, 47};
  private static final double RADIUS = 7;
  private static final int WALL_FROM = 16;
  private static final int WALL_TO = 48;
  private static final double LEFTMOST = RADIUS;
  private static final double RIGHTMOST = SIDE - RADIUS;

  private enum Form {
    DISC,
    SQUARE,
    DIAMOND;

    double distance(double dy, double dx) {
      return switch (this) {
        case DISC -> Math.sqrt(dx * dx + dy * dy);
        case SQUARE -> 1.1 * Math.max(Math.abs(dx), Math.abs(dy));
        case DIAMOND -> 0.8 * (Math.abs(dx) + Math.abs(dy));
      };
    }
  }

  private record Sprite(double lane, double start, double speed, Form form, double[] colour) {
    /// Where it is at a frame: back and forth between the edges.
    double at(int frame) {
      double span = RIGHTMOST - LEFTMOST;
      double way = (start + speed * frame) % (2 * span);
      return LEFTMOST + (way <= span ? way : 2 * span - way);
    }
  }

  @Override
  public String title() {
    return "sprites behind a wall";
  }

  @Override
  public long stream() {
    return 0x5914;
  }

  /// The wall is always the same.
  @Override
  public boolean hasLooks() {
    return false;
  }

  @Override
  public Sighted paint(int frames, Philox draws) {
    double[] top = colour(draws, 0.7);
    double[] bottom = colour(draws, 0.7);
    Sprite[] sprites = new Sprite[LANES.length];
    for (int i = 0; i < sprites.length; i++) {
      double start = draws.nextDouble(0, 2 * (RIGHTMOST - LEFTMOST));
      double speed = 2 + draws.nextInt(3);
      Form form = Form.values()[draws.nextInt(Form.values().length)];
      sprites[i] = new Sprite(LANES[i], start, speed, form, colour(draws, 1));
    }
    Frames pixels = Frames.zeros(3, frames, SIDE, SIDE);
    int[][] things = new int[frames][SIDE * SIDE];
    for (int t = 0; t < frames; t++) {
      Arrays.fill(things[t], Sighted.NOTHING);
      background(pixels, t, top, bottom);
      for (int i = 0; i < sprites.length; i++) {
        sprite(pixels, things[t], t, sprites[i], i);
      }
      wall(pixels, things[t], t);
    }
    return new Sighted(pixels, things);
  }

  private static double[] colour(Philox draws, double reach) {
    double[] colour = new double[3];
    for (int c = 0; c < 3; c++) colour[c] = draws.nextDouble(-reach, reach);
    return colour;
  }

  private static void background(Frames pixels, int t, double[] top, double[] bottom) {
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < SIDE; y++) {
        float value = (float) (top[c] + (bottom[c] - top[c]) * y / (SIDE - 1.0));
        int row = pixels.index(c, t, y, 0);
        Arrays.fill(pixels.values(), row, row + SIDE, value);
      }
    }
  }

  private static void sprite(Frames pixels, int[] things, int t, Sprite sprite, int number) {
    double centre = sprite.at(t);
    for (int y = (int) (sprite.lane - RADIUS - 2); y <= sprite.lane + RADIUS + 2; y++) {
      for (int x = 0; x < SIDE; x++) {
        double distance = sprite.form.distance(y + 0.5 - sprite.lane, x + 0.5 - centre);
        double cover = Math.clamp((RADIUS - distance + 1) / 2, 0, 1);
        if (cover == 0) continue;
        if (cover > 0.5) things[y * SIDE + x] = number;
        for (int c = 0; c < 3; c++) {
          int at = pixels.index(c, t, y, x);
          float below = pixels.values()[at];
          pixels.values()[at] = (float) (below + (sprite.colour[c] - below) * cover);
        }
      }
    }
  }

  /// Grey, with a dark line every 8 pixels.
  private static void wall(Frames pixels, int[] things, int t) {
    for (int y = 0; y < SIDE; y++) {
      float value = y % 8 == 0 ? -0.5f : 0.1f;
      Arrays.fill(things, y * SIDE + WALL_FROM, y * SIDE + WALL_TO, Sighted.NOTHING);
      for (int c = 0; c < 3; c++) {
        int row = pixels.index(c, t, y, 0);
        Arrays.fill(pixels.values(), row + WALL_FROM, row + WALL_TO, value);
      }
    }
  }
}
