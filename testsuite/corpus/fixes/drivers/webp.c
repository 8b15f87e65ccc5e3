/* libwebp: pictures with and without alpha, lossy and lossless, encoded and decoded. */
#include "answer_text.h"
#include "webp/decode.h"
#include "webp/encode.h"

static unsigned char picture[64 * 48 * 4];

static unsigned sum(const unsigned char *data, size_t size) {
  unsigned out = 0;
  for (size_t i = 0; i < size; i++)
    out = out * 31 + data[i];
  return out;
}
static void decode(const unsigned char *data, size_t size) {
  int w = 0, h = 0;
  unsigned char *out = WebPDecodeRGBA(data, size, &w, &h);
  say("%d %d %x;", w, h, out ? sum(out, (size_t)(w * h * 4)) : 0);
  WebPFree(out);
}

const char *answer(const char *question) {
  say("%s ", question);
  for (int kind = 0; kind < 4; kind++) {
    for (int i = 0; i < (int)sizeof picture; i++)
      picture[i] = (unsigned char)(kind == 0   ? i
                                   : kind == 1 ? (i / 4 % 64) * 4 ^ i / 256
                                   : kind == 2 ? i * 7 ^ i / 48
                                               : (i / 40) & 3);
    for (int quality = 10; quality < 100; quality += 40) {
      unsigned char *out = NULL;
      size_t size = WebPEncodeRGBA(picture, 64, 48, 256, (float)quality, &out);
      say("%zu %x ", size, sum(out, size));
      decode(out, size), decode(out, size / 2);
      WebPFree(out);
    }
    unsigned char *out = NULL;
    size_t size = WebPEncodeLosslessRGBA(picture, 64, 48, 256, &out);
    decode(out, size);
    for (size_t i = 20; i < size; i += 37) { /* broken Huffman tables */
      out[i] ^= 0x41;
      decode(out, size);
      out[i] ^= 0x41;
    }
    WebPFree(out);
  }
  return line();
}
