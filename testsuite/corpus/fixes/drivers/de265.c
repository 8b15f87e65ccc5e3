/* libde265: pictures of a film that is made with x265 at the start, decoded over and over. */
#include "libde265/de265.h"
#include "answer_text.h"
#include "x265.h"
#include <stdlib.h>

static unsigned char *film;
static size_t size;

static void encode(void) {
  const int w = 128, h = 96;
  x265_param *param = x265_param_alloc();
  x265_param_default_preset(param, "medium", NULL);
  param->sourceWidth = w, param->sourceHeight = h, param->fpsNum = 25, param->fpsDenom = 1,
  param->internalCsp = X265_CSP_I420;
  param->bRepeatHeaders = 1, param->logLevel = X265_LOG_NONE, param->frameNumThreads = 1, param->bframes = 2,
  param->keyframeMax = 6;
  param->bEnableWeightedPred = 1, param->bOpenGOP = 0;
  x265_encoder *encoder = x265_encoder_open(param);
  x265_picture *picture = x265_picture_alloc();
  unsigned char *planes = malloc((size_t)(w * h * 2));
  for (int frame = 0; frame < 16; frame++) {
    for (int i = 0; i < w * h * 3 / 2; i++)
      planes[i] = (unsigned char)((i % w + frame * 3) * (i / w) / 8 + (frame > 8 ? i * 31 : 0));
    x265_picture_init(param, picture);
    picture->planes[0] = planes, picture->planes[1] = planes + w * h, picture->planes[2] = planes + w * h * 5 / 4;
    picture->stride[0] = w, picture->stride[1] = picture->stride[2] = w / 2, picture->pts = frame;
    for (int last = 0; last <= (frame == 15); last++) {
      x265_nal *units;
      uint32_t count;
      while (x265_encoder_encode(encoder, &units, &count, last ? NULL : picture, NULL) >= 0) {
        for (uint32_t i = 0; i < count; i++) {
          film = realloc(film, size + units[i].sizeBytes);
          memcpy(film + size, units[i].payload, units[i].sizeBytes), size += units[i].sizeBytes;
        }
        if (!last || !count)
          break;
      }
    }
  }
  x265_encoder_close(encoder), x265_picture_free(picture), x265_param_free(param), free(planes);
}

static void decode(const unsigned char *data, size_t count) {
  de265_decoder_context *decoder = de265_new_decoder();
  int more = 1;
  unsigned sum = 0, pictures = 0;
  de265_push_data(decoder, data, (int)count, 0, NULL), de265_flush_data(decoder);
  while (more) {
    de265_error error = de265_decode(decoder, &more);
    const struct de265_image *image;
    while ((image = de265_get_next_picture(decoder))) {
      int stride;
      for (int channel = 0; channel < 3; channel++) {
        const uint8_t *plane = de265_get_image_plane(image, channel, &stride);
        for (int y = 0; plane && y < de265_get_image_height(image, channel); y++)
          for (int x = 0; x < de265_get_image_width(image, channel); x++)
            sum = sum * 31 + plane[y * stride + x];
      }
      pictures++;
    }
    while (de265_get_warning(decoder) != DE265_OK)
      ;
    if (error != DE265_OK && error != DE265_ERROR_WAITING_FOR_INPUT_DATA)
      break;
    if (error == DE265_ERROR_WAITING_FOR_INPUT_DATA)
      break;
  }
  say("%u %x;", pictures, sum);
  de265_free_decoder(decoder);
}

const char *answer(const char *question) {
  if (!film)
    encode();
  say("%s %zu ", question, size);
  decode(film, size);
  return line();
}
