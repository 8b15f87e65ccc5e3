#include "lz4.h"
#include "answer_text.h"
#include "lz4frame.h"
#include "lz4hc.h"
#define XXH_STATIC_LINKING_ONLY
#include "xxhash.h"

static char plain[20000], packed[40000], again[20000];

const char *answer(const char *question) {
  for (size_t i = 0; i < sizeof plain; i++)
    plain[i] = (char)(i % 97 < 60 ? "the quick brown fox"[i % 19] : i * i >> 5);
  say("%s %d %x;", question, LZ4_compressBound(1000), XXH32(plain, sizeof plain, 3));
  for (int level = 0; level <= 12; level++) {
    int size = level ? LZ4_compress_HC(plain, packed, sizeof plain, sizeof packed, level)
                     : LZ4_compress_fast(plain, packed, sizeof plain, sizeof packed, 3);
    int out = LZ4_decompress_safe(packed, again, size, sizeof again);
    say("%d %d %d %d;", size, out, memcmp(plain, again, sizeof plain),
        LZ4_decompress_safe_partial(packed, again, size, 500, sizeof again));
    packed[size / 2] ^= 0x41;
    say("%d;", LZ4_decompress_safe(packed, again, size, sizeof again));
  }
  LZ4F_preferences_t preferences = {.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
  for (int level = -2; level <= 9; level += 3) {
    preferences.compressionLevel = level;
    preferences.frameInfo.blockMode = level & 1 ? LZ4F_blockIndependent : LZ4F_blockLinked;
    size_t size = LZ4F_compressFrame(packed, sizeof packed, plain, sizeof plain, &preferences);
    LZ4F_dctx *context = NULL;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t out = sizeof again, in = size, code = LZ4F_decompress(context, again, &out, packed, &in, NULL);
    say("%zu %zu %zu %zu %d;", size, out, in, code, memcmp(plain, again, out));
    LZ4F_resetDecompressionContext(context);
    packed[size / 3] ^= 0x41, out = sizeof again, in = size;
    code = LZ4F_decompress(context, again, &out, packed, &in, NULL);
    say("%s;", LZ4F_getErrorName(code));
    LZ4F_freeDecompressionContext(context);
  }
  LZ4_stream_t *stream = LZ4_createStream();
  LZ4_loadDict(stream, plain, 4000);
  int size = LZ4_compress_fast_continue(stream, plain + 4000, packed, 6000, sizeof packed, 1);
  say("%d %d", size, LZ4_decompress_safe_usingDict(packed, again, size, sizeof again, plain, 4000));
  LZ4_freeStream(stream);
  return line();
}
