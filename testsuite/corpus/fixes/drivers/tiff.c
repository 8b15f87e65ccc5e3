/* libtiff: pictures written into memory and read back, in the forms that its fixes touch. */
#include "answer_text.h"
#include "tiffio.h"
#include <math.h>
#include <stdlib.h>

static unsigned char file[400000];
static toff_t size, at;

static tsize_t get(thandle_t handle, tdata_t data, tsize_t count) {
  (void)handle;
  if ((toff_t)count + at > size)
    count = at < size ? (tsize_t)(size - at) : 0;
  memcpy(data, file + at, (size_t)count), at += (toff_t)count;
  return count;
}
static tsize_t put(thandle_t handle, tdata_t data, tsize_t count) {
  (void)handle;
  if (at + (toff_t)count > sizeof file)
    return -1;
  memcpy(file + at, data, (size_t)count), at += (toff_t)count;
  size = at > size ? at : size;
  return count;
}
static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  (void)handle;
  return at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? at + offset : size + offset;
}
static int leave(thandle_t handle) {
  return handle == NULL;
}
static toff_t length_(thandle_t handle) {
  return (void)handle, size;
}
static int map(thandle_t h, tdata_t *d, toff_t *s) {
  return (void)h, (void)d, (void)s, 0;
}
static void unmap(thandle_t h, tdata_t d, toff_t s) {
  (void)h, (void)d, (void)s;
}
static TIFF *open_(const char *mode) {
  at = 0;
  if (*mode == 'w')
    size = 0;
  return TIFFClientOpen("memory", mode, file, get, put, seek, leave, length_, map, unmap);
}
static void complain(const char *module, const char *format, va_list arguments) {
  char words[300];
  vsnprintf(words, sizeof words, format, arguments);
  say("(%s: %s)", module ? module : "", words);
}

static void readAll(int wide) {
  TIFF *tiff = open_("rm");
  if (!tiff)
    return;
  uint32_t w = 0, h = 0, sum = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &w), TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &h);
  uint32_t *raster = calloc((w + 8) * (h + 8), 4);
  for (int o = 1; o <= 4; o++) {
    int ok = TIFFReadRGBAImageOriented(tiff, w + (wide ? 4 : 0), h + (wide ? 3 : 0), raster, o, 0);
    for (uint32_t i = 0; i < (w + 8) * (h + 8); i++)
      sum = sum * 31 + raster[i];
    say("%d %x;", ok, sum);
  }
  int ok = TIFFIsTiled(tiff) ? TIFFReadRGBATileExt(tiff, 0, 0, raster, 0) : TIFFReadRGBAStripExt(tiff, 0, raster, 0);
  say("%d %x;", ok, raster[1]);
  say("%d;",
      TIFFIsTiled(tiff) ? TIFFReadRGBATileExt(tiff, 999, 999, raster, 0) : TIFFReadRGBAStripExt(tiff, 999, raster, 0));
  free(raster), TIFFClose(tiff);
}

static void picture(int compression, int photometric, int samples, int bits, int tiled, int sub) {
  TIFF *tiff = open_("wm");
  const int w = 48, h = 32;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, w), TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, h);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples), TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression), TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  if (photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, sub >> 4, sub & 15);
  if (photometric == PHOTOMETRIC_LOGLUV || photometric == PHOTOMETRIC_LOGL)
    TIFFSetField(tiff, TIFFTAG_SGILOGDATAFMT, SGILOGDATAFMT_FLOAT);
  if (photometric == PHOTOMETRIC_SEPARATED) {
    TIFFSetField(tiff, TIFFTAG_INKSET, INKSET_MULTIINK), TIFFSetField(tiff, TIFFTAG_NUMBEROFINKS, 4);
    TIFFSetField(tiff, TIFFTAG_INKNAMES, 24, "Cyan\0Magenta\0Yellow\0Black");
  }
  static float values[48 * 32 * 4];
  static unsigned char bytes[48 * 32 * 4];
  for (int i = 0; i < w * h * samples; i++)
    values[i] = i % 97 == 5 ? 0 : (float)(i % 251) / 40, bytes[i] = (unsigned char)(i * 7 ^ i / 48);
  void *data = bits == 32 ? (void *)values : (void *)bytes;
  if (tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16), TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
    for (unsigned t = 0; t < TIFFNumberOfTiles(tiff); t++)
      TIFFWriteEncodedTile(tiff, t, (char *)data + t * 16, TIFFTileSize(tiff));
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 8);
    for (unsigned s = 0; s < TIFFNumberOfStrips(tiff); s++)
      TIFFWriteEncodedStrip(tiff, s, (char *)data + s * 16, TIFFStripSize(tiff));
  }
  say("[%d %d %d %d %x] ", compression, photometric, samples, tiled, sub);
  TIFFClose(tiff);
  readAll(0), readAll(1);
  if (compression == COMPRESSION_LZW) { /* broken strips: no end in them, then asked again */
    for (toff_t i = 20; i < 300; i++)
      file[i] = (unsigned char)(0x80 >> (i % 9));
    TIFF *broken = open_("rm");
    for (int i = 0; broken && i < 3; i++)
      say("%d;", (int)TIFFReadScanline(broken, bytes, (uint32_t)i, 0));
    if (broken)
      TIFFClose(broken);
  }
}

/* A tag that nobody knows, with a type that nobody knows: an anonymous field. */
static void unknownTag(int type) {
  picture(COMPRESSION_NONE, PHOTOMETRIC_MINISBLACK, 1, 8, 0, 0);
  uint32_t directory;
  memcpy(&directory, file + 4, 4);
  uint16_t tag = 60001, kind = (uint16_t)type, count;
  memcpy(&count, file + directory, 2);
  memcpy(file + directory + 2 + (count - 1) * 12, &tag, 2), memcpy(file + directory + 4 + (count - 1) * 12, &kind, 2);
  readAll(0);
  TIFF *tiff = open_("rm");
  if (tiff) {
    say("%d", TIFFReadEXIFDirectory(tiff, directory));
    TIFFClose(tiff);
  }
}

const char *answer(const char *question) {
  TIFFSetErrorHandler(complain), TIFFSetWarningHandler(complain);
  say("%s ", question);
  for (int tiled = 0; tiled < 2; tiled++) {
    picture(COMPRESSION_NONE, PHOTOMETRIC_RGB, 3, 8, tiled, 0),
        picture(COMPRESSION_LZW, PHOTOMETRIC_RGB, 3, 8, tiled, 0);
    picture(COMPRESSION_PACKBITS, PHOTOMETRIC_MINISWHITE, 1, 8, tiled, 0);
    picture(COMPRESSION_SGILOG, PHOTOMETRIC_LOGLUV, 3, 32, tiled, 0);
    picture(COMPRESSION_SGILOG24, PHOTOMETRIC_LOGLUV, 3, 32, tiled, 0);
    picture(COMPRESSION_NONE, PHOTOMETRIC_SEPARATED, 4, 8, tiled, 0);
    const int subs[] = {0x44, 0x42, 0x41, 0x22, 0x21, 0x12, 0x11};
    for (int i = 0; i < 7; i++)
      picture(COMPRESSION_NONE, PHOTOMETRIC_YCBCR, 3, 8, tiled, subs[i]);
  }
  unknownTag(3), unknownTag(99);
  return line();
}
