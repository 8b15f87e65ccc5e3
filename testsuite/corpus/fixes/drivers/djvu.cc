// DjVuLibre: documents of its own folder rendered; pictures encoded as wavelets and decoded.
#include "ByteStream.h"
#include "DjVuDocument.h"
#include "DjVuImage.h"
#include "GBitmap.h"
#include "GException.h"
#include "GPixmap.h"
#include "GURL.h"
#include "IFFByteStream.h"
#include "IW44Image.h"
#include "answer_text.h"

using namespace DJVU;

static unsigned sum(const GPixmap &map) {
  unsigned out = 0;
  for (unsigned y = 0; y < map.rows(); y++)
    for (unsigned x = 0; x < map.columns(); x++)
      out = out * 31 + map[y][x].r + map[y][x].g * 3 + map[y][x].b * 7;
  return out;
}

static void wavelets(int w, int h) {
  GP<GBitmap> gray = GBitmap::create(h, w);
  gray->set_grays(256);
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++)
      (*gray)[y][x] = (unsigned char)(x * y + x);
  GP<IW44Image> encoder = IW44Image::create_encode(*gray, 0);
  GP<ByteStream> bytes = ByteStream::create();
  GP<IFFByteStream> iff = IFFByteStream::create(bytes);
  IWEncoderParms parms;
  memset(&parms, 0, sizeof parms), parms.slices = 74;
  encoder->encode_iff(*iff, 1, &parms);
  say("%d %d %ld;", w, h, (long)bytes->size());
  bytes->seek(0);
  GP<IFFByteStream> back = IFFByteStream::create(bytes);
  GP<IW44Image> decoder = IW44Image::create_decode(IW44Image::GRAY);
  decoder->decode_iff(*back);
  GP<GBitmap> map = decoder->get_bitmap();
  unsigned out = 0;
  for (unsigned y = 0; map && y < map->rows(); y++)
    for (unsigned x = 0; x < map->columns(); x++)
      out = out * 31 + (*map)[y][x];
  say("%x;", out);
}

// A picture in which there is but one shade of gray, encoded; one without columns, decoded.
static void noGrays() {
  const char pgm[] = "P5\n4 3\n0\n............";
  GP<GBitmap> gray = GBitmap::create(*ByteStream::create(pgm, sizeof pgm - 1));
  IW44Image::create_encode(*gray, 0);
}
static void noColumns() {
  const unsigned char header[] = {0, 1, 0x81, 2, 0, 0, 0, 5, 0}; // serial, slices, version, width, height, delay
  GP<ByteStream> bytes = ByteStream::create();
  GP<IFFByteStream> iff = IFFByteStream::create(bytes);
  iff->put_chunk("FORM:BM44", 1), iff->put_chunk("BM44");
  iff->get_bytestream()->writall(header, sizeof header);
  iff->close_chunk(), iff->close_chunk();
  bytes->seek(0);
  GP<IW44Image> decoder = IW44Image::create_decode(IW44Image::GRAY);
  decoder->decode_iff(*IFFByteStream::create(bytes));
  decoder->get_bitmap();
}

extern "C" const char *answer(const char *question) {
  const bool isNoGrays = !strcmp(question, "no grays");
  if (isNoGrays || !strcmp(question, "no columns")) {
    try {
      isNoGrays ? noGrays() : noColumns();
      say("done");
    } catch (const GException &e) {
      say("%s", e.get_cause());
    }
    return line();
  }
  say("%s ", question);
  try {
    wavelets(61, 40), wavelets(200, 9), wavelets(1, 1);
  } catch (const GException &e) {
    say("%s;", e.get_cause());
  }
  try {
    GP<DjVuDocument> document = DjVuDocument::create_wait(GURL::Filename::UTF8(DOCS "/lizard2007.djvu"));
    for (int page = 0; page < document->get_pages_num() && page < 2; page++) {
      GP<DjVuImage> image = document->get_page(page, true);
      GRect all(0, 0, image->get_width() / 8, image->get_height() / 8);
      GP<GPixmap> map = image->get_pixmap(all, all);
      say("%d %d %x;", image->get_width(), image->get_height(), map ? sum(*map) : 0);
    }
  } catch (const GException &e) {
    say("%s;", e.get_cause());
  }
  return line();
}
