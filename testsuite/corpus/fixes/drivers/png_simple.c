/* libpng: as ../../services/drivers/png.c, and by the simplified interface, with colour maps and premultiplied alpha.
 */
#define answer work
#include "../../services/drivers/png.c"
#undef answer
#include <stdlib.h>

/* `isDelicate`: an interlaced picture of 16 bits is read from top to bottom and without padding; otherwise libpng reads
 * and writes, without its fix, what it should not. */
static void simple(int format, int isDelicate) {
  png_image image;
  static unsigned char pixels[40 * 30 * 8], map[256 * 8];
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, file, size)) {
    say("!%s;", image.message);
    return;
  }
  image.format = (png_uint_32)format;
  memset(pixels, 0x77, sizeof pixels);
  png_color background = {10, 200, 30};
  int stride = (int)PNG_IMAGE_ROW_STRIDE(image), sample = (int)PNG_IMAGE_PIXEL_COMPONENT_SIZE(format);
  unsigned sum = 0;
  for (int way = 0; way < 2; way++) {
    int padding = isDelicate ? 0 : 4 / sample;
    int done = way && isDelicate
                   ? -1
                   : png_image_finish_read(&image, &background, pixels, way ? -stride : stride + padding, map);
    for (size_t i = 0; i < sizeof pixels; i++)
      sum = sum * 31 + pixels[i];
    say("%x %d %s %x;", (unsigned)format, done, image.message, sum);
    png_image_free(&image);
    memset(&image, 0, sizeof image), image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image, file, size))
      return;
    image.format = (png_uint_32)format;
  }
  png_image_free(&image);
}

/* A palette with transparency, read with each treatment of alpha, and reduced to fewer colours. */
static void palette(int mode) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, complain);
  png_infop info = png_create_info_struct(png);
  size = 0;
  if (!setjmp(png_jmpbuf(png))) {
    png_set_write_fn(png, NULL, put, NULL);
    png_set_IHDR(png, info, 30, 20, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, 0, 0);
    png_color colors[200];
    png_byte alpha[100];
    for (int i = 0; i < 200; i++)
      colors[i].red = (png_byte)i, colors[i].green = (png_byte)(i * 3), colors[i].blue = (png_byte)(255 - i);
    for (int i = 0; i < 100; i++)
      alpha[i] = (png_byte)(i * 2);
    png_set_PLTE(png, info, colors, 200), png_set_tRNS(png, info, alpha, 100, NULL), png_set_gAMA(png, info, 0.45455);
    png_write_info(png, info);
    for (int y = 0; y < 20; y++) {
      unsigned char row[30];
      for (int x = 0; x < 30; x++)
        row[x] = (unsigned char)((x * 7 + y * 11) % 200);
      png_write_row(png, row);
    }
    png_write_end(png, info);
  }
  png_destroy_write_struct(&png, &info);
  png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, complain), info = png_create_info_struct(png);
  at = 0;
  if (!setjmp(png_jmpbuf(png))) {
    png_set_read_fn(png, NULL, get);
    png_read_info(png, info);
    png_color_16 background = {.red = 100, .green = 50, .blue = 200};
    if (mode < 4)
      png_set_alpha_mode(png, mode, PNG_DEFAULT_sRGB);
    if (mode == 4 || mode == 2)
      png_set_background(png, &background, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    if (mode < 4)
      png_set_palette_to_rgb(png);
    if (mode == 5) {
      png_colorp colors;
      int count;
      png_get_PLTE(png, info, &colors, &count);
      png_set_quantize(png, colors, count, 150, NULL, 0);
    }
    png_read_update_info(png, info);
    unsigned sum = 0;
    unsigned char row[400];
    for (int y = 0; y < 20; y++) {
      png_read_row(png, row, NULL);
      for (size_t x = 0; x < png_get_rowbytes(png, info); x++)
        sum = sum * 31 + row[x];
    }
    say("%d %x;", mode, sum);
  }
  png_destroy_read_struct(&png, &info, NULL);
}

/* Are the bytes behind each row left alone? Few enough that reading them for it from libpng's own row does no harm. */
static void padding(void) {
  enum { PADDING = 8 };
  png_image image;
  static unsigned char pixels[11][24 * 2 + PADDING];
  int overwritten = 0;
  writeImage(16, PNG_COLOR_TYPE_GRAY_ALPHA, 1);
  memset(pixels, 0x77, sizeof pixels), memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  png_image_begin_read_from_memory(&image, file, size);
  image.format = PNG_FORMAT_GA;
  png_image_finish_read(&image, NULL, pixels, sizeof *pixels, NULL);
  for (int y = 0; y < 11; y++)
    for (int x = 24 * 2; x < 24 * 2 + PADDING; x++)
      overwritten += pixels[y][x] != 0x77;
  say("%s", overwritten ? "overwritten" : "kept");
}

/* Written by the simplified interface: from linear samples and from bytes, from top to bottom and the other way round.
 * Without its fix, libpng steps 64 KiB forwards for each row that lies before the last one: these are samples, too. */
static void written(int format) {
  enum { ROWS = 10, SAMPLES = ROWS * 32768 + 40 * ROWS * 4 };
  static png_uint_16 pixels[SAMPLES];
  static unsigned char out[40000];
  for (int i = 0; i < SAMPLES; i++)
    pixels[i] = (png_uint_16)(i * 977 ^ i / 40);
  for (int way = 0; way < 4; way++) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION, image.width = 40, image.height = ROWS, image.format = (png_uint_32)format;
    png_alloc_size_t count = sizeof out;
    int stride = (int)PNG_IMAGE_ROW_STRIDE(image);
    int done = png_image_write_to_memory(&image, out, &count, way & 2, pixels, way & 1 ? -stride : stride, NULL);
    unsigned sum = 0;
    for (png_alloc_size_t i = 0; done && i < count; i++)
      sum = sum * 31 + out[i];
    say("%x %d %s %x;", (unsigned)format, done, image.message, sum);
  }
}

const char *answer(const char *question) {
  static char both[120000];
  if (!strcmp(question, "padding")) {
    padding();
    return line();
  }
  static const int formats[] = {
      PNG_FORMAT_RGBA,     PNG_FORMAT_RGB,          PNG_FORMAT_GRAY,          PNG_FORMAT_LINEAR_RGB_ALPHA,
      PNG_FORMAT_LINEAR_Y, PNG_FORMAT_RGB_COLORMAP, PNG_FORMAT_RGBA_COLORMAP, PNG_FORMAT_GA};
  strcpy(both, work(question));
  for (int interlace = 0; interlace < 2; interlace++)
    for (int color = 0; color < 4; color++) {
      static const int types[] = {PNG_COLOR_TYPE_RGB_ALPHA, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_PALETTE,
                                  PNG_COLOR_TYPE_RGB};
      writeImage(color == 1 ? 16 : 8, types[color], interlace);
      for (int i = 0; i < 8; i++)
        simple(formats[i], color == 1 && interlace);
    }
  for (int mode = 0; mode < 6; mode++)
    palette(mode);
  static const int samples[] = {PNG_FORMAT_LINEAR_RGB_ALPHA, PNG_FORMAT_LINEAR_Y, PNG_FORMAT_LINEAR_Y_ALPHA,
                                PNG_FORMAT_LINEAR_RGB, PNG_FORMAT_RGBA};
  for (int i = 0; i < 5; i++)
    written(samples[i]);
  strcat(both, line());
  return both;
}
