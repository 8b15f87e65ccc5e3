#include "png.h"
#include "answer_text.h"

static unsigned char file[20000];
static size_t size, at;

static void put(png_structp png, png_bytep data, size_t count) {
  (void)png;
  memcpy(file + size, data, count), size += count;
}
static void get(png_structp png, png_bytep data, size_t count) {
  if (at + count > size)
    png_error(png, "end of file");
  memcpy(data, file + at, count), at += count;
}
static void complain(png_structp png, png_const_charp message) {
  (void)png, say("(%s)", message);
}
static void fail(png_structp png, png_const_charp message) {
  say("!%s!", message), png_longjmp(png, 1);
}

static void writeImage(int depth, int color, int interlace) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, complain);
  png_infop info = png_create_info_struct(png);
  size = 0;
  if (!setjmp(png_jmpbuf(png))) {
    png_set_write_fn(png, NULL, put, NULL);
    png_set_IHDR(png, info, 24, 11, depth, color, interlace, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
    png_color palette[4] = {{1, 2, 3}, {40, 50, 60}, {70, 80, 90}, {255, 255, 255}};
    if (color == PNG_COLOR_TYPE_PALETTE)
      png_set_PLTE(png, info, palette, 4);
    png_text note = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = "Title", .text = "a test"};
    png_set_text(png, info, &note, 1), png_set_gAMA(png, info, 0.45455), png_set_pHYs(png, info, 10, 20, 1);
    png_write_info(png, info);
    unsigned char row[200];
    for (int pass = 0, passes = png_set_interlace_handling(png); pass < passes; pass++)
      for (int y = 0; y < 11; y++) {
        for (size_t x = 0; x < sizeof row; x++)
          row[x] = (unsigned char)(color == PNG_COLOR_TYPE_PALETTE ? (x + y) & 3 : x * 7 ^ y * 13);
        png_write_row(png, row);
      }
    png_write_end(png, info);
  }
  png_destroy_write_struct(&png, &info);
}

static void readImage(unsigned transforms) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, complain);
  png_infop info = png_create_info_struct(png);
  at = 0;
  if (!setjmp(png_jmpbuf(png))) {
    png_set_read_fn(png, NULL, get);
    png_read_png(png, info, (int)transforms, NULL);
    unsigned sum = 0;
    for (unsigned y = 0; y < png_get_image_height(png, info); y++)
      for (size_t x = 0; x < png_get_rowbytes(png, info); x++)
        sum = sum * 31 + png_get_rows(png, info)[y][x];
    say("%u %u %d %x;", (unsigned)png_get_rowbytes(png, info), png_get_channels(png, info),
        png_get_color_type(png, info), sum);
  }
  png_destroy_read_struct(&png, &info, NULL);
}

const char *answer(const char *question) {
  static const int kinds[][2] = {{8, 0}, {1, 0}, {16, 0}, {8, 2},  {16, 2}, {8, 3},
                                 {2, 3}, {8, 4}, {8, 6},  {16, 6}, {3, 0}};
  say("%s %s", question, png_get_libpng_ver(NULL));
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    for (int interlace = 0; interlace < 2; interlace++) {
      writeImage(kinds[i][0], kinds[i][1], interlace);
      say("[%zu]", size);
      readImage(0), readImage(PNG_TRANSFORM_EXPAND | PNG_TRANSFORM_STRIP_16 | PNG_TRANSFORM_BGR);
      readImage(PNG_TRANSFORM_PACKING | PNG_TRANSFORM_STRIP_ALPHA | PNG_TRANSFORM_GRAY_TO_RGB);
      file[60 + i] ^= 0x10;
      readImage(0);
    }
  return line();
}
