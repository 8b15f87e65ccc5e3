#include "zlib.h"
#include "answer_text.h"

static unsigned char plain[20000], packed[40000], again[20000];

static void roundTrip(int level, int strategy, int windowBits) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  int code = deflateInit2(&stream, level, Z_DEFLATED, windowBits, 8, strategy);
  stream.next_in = plain, stream.avail_in = sizeof plain;
  stream.next_out = packed, stream.avail_out = sizeof packed;
  code = code == Z_OK ? deflate(&stream, Z_FINISH) : code;
  unsigned long size = stream.total_out;
  deflateEnd(&stream);
  say("%d %lu %08lx;", code, size, crc32(0, packed, (uInt)size));
  memset(&stream, 0, sizeof stream);
  code = inflateInit2(&stream, windowBits);
  stream.next_in = packed, stream.avail_in = (uInt)size;
  while (code == Z_OK) {
    stream.next_out = again + stream.total_out;
    stream.avail_out = 777;
    code = inflate(&stream, Z_NO_FLUSH);
  }
  say("%d %s %d;", code, stream.msg ? stream.msg : "-", memcmp(plain, again, stream.total_out));
  inflateEnd(&stream);
}

const char *answer(const char *question) {
  for (size_t i = 0; i < sizeof plain; i++)
    plain[i] = (unsigned char)(i % 97 < 60 ? "the quick brown fox"[i % 19] : i * i >> 5);
  say("%s %08lx %08lx;", question, adler32(1, plain, sizeof plain), crc32(0, plain, sizeof plain));
  for (int level = 0; level <= 9; level++)
    roundTrip(level, Z_DEFAULT_STRATEGY, 15);
  roundTrip(6, Z_HUFFMAN_ONLY, -15), roundTrip(6, Z_RLE, 31), roundTrip(6, Z_FIXED, 9), roundTrip(6, Z_FILTERED, 12);
  roundTrip(10, 0, 15);
  for (int byte = 0; byte < 60; byte++) {
    uLongf size = sizeof packed, out = sizeof again;
    compress2(packed, &size, plain, 3000, 6);
    packed[byte * 7] ^= 0x55;
    say("%d,", uncompress(again, &out, packed, size));
  }
  say("%lu %s", compressBound(1000), zError(Z_DATA_ERROR));
  gzFile file = gzopen("z.gz", "wb7");
  gzprintf(file, "%s %d\n", "line", 5), gzputs(file, "second\n"), gzputc(file, 'x'), gzclose(file);
  file = gzopen("z.gz", "rb");
  char buffer[40] = "";
  say("%s", gzgets(file, buffer, sizeof buffer));
  say("%d %ld %d", gzgetc(file), (long)gzseek(file, 3, SEEK_CUR), gzread(file, buffer, 30));
  say("%d %d", gzeof(file), gzclose(file));
  return line();
}
