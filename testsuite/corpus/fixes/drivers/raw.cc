// LibRaw: a raw picture in a DNG that is made here, decoded in several ways; texts of other kinds of files.
#include "answer_text.h"
#include "libraw/libraw.h"
#include <vector>

static std::vector<unsigned char> file;
static void number(unsigned value, int size) {
  for (int i = 0; i < size; i++)
    file.push_back((unsigned char)(value >> 8 * i));
}
static void entry(unsigned tag, unsigned type, unsigned count, unsigned value) {
  number(tag, 2), number(type, 2), number(count, 4), number(value, 4);
}

static void makeDng(int w, int h) {
  const int entries = 17, after = 8 + 2 + entries * 12 + 4;
  file.clear();
  number(0x4949, 2), number(42, 2), number(8, 4), number(entries, 2);
  entry(254, 4, 1, 0), entry(256, 4, 1, (unsigned)w), entry(257, 4, 1, (unsigned)h), entry(258, 3, 1, 16),
      entry(259, 3, 1, 1), entry(262, 3, 1, 32803);
  entry(271, 2, 4, 0x0058), entry(272, 2, 4, 0x0059), entry(273, 4, 1, (unsigned)after + 64), entry(277, 3, 1, 1),
      entry(278, 4, 1, (unsigned)h);
  entry(279, 4, 1, (unsigned)(w * h * 2)), entry(33421, 3, 2, 0x20002), entry(33422, 1, 4, 0x02010100),
      entry(50706, 1, 4, 0x0401);
  entry(50708, 2, 4, 0x0058), entry(50717, 4, 1, 65535);
  number(0, 4);
  file.resize((size_t)after + 64);
  for (int i = 0; i < w * h; i++)
    number((unsigned)(i * 37 + i / w * 900) & 0xffff, 2);
}

static void develop(int half, float threshold, int quality) {
  LibRaw raw;
  raw.imgdata.params.half_size = half, raw.imgdata.params.threshold = threshold, raw.imgdata.params.user_qual = quality;
  raw.imgdata.params.use_camera_wb = 0, raw.imgdata.params.no_auto_bright = 1;
  int code = raw.open_buffer(file.data(), file.size());
  say("%d %s %d %d ", code, raw.imgdata.idata.model, raw.imgdata.sizes.width, raw.imgdata.sizes.height);
  if (code)
    return;
  int steps[2] = {raw.unpack(), raw.raw2image()};
  say("%d %d %d;", steps[0], steps[1], raw.dcraw_process());
  libraw_processed_image_t *out = raw.dcraw_make_mem_image(&code);
  unsigned sum = 0;
  for (unsigned i = 0; out && i < out->data_size; i++)
    sum = sum * 31 + out->data[i];
  say("%x;", sum);
  LibRaw::dcraw_clear_mem(out);
}

extern "C" const char *answer(const char *question) {
  say("%s ", question);
  makeDng(64, 48);
  develop(0, 0, 0), develop(1, 0, 0), develop(0, 100, 3), develop(1, 50, 2), develop(0, 0, 11);
  LibRaw_buffer_datastream stream(file.data(), file.size());
  char text_[20] = "";
  for (int size : {20, 5, 1})
    say("%d,", stream.gets(text_, size) != nullptr);
  FILE *out = fopen("picture.dng", "wb");
  fwrite(file.data(), 1, file.size(), out), fclose(out);
  LibRaw_file_datastream named("picture.dng");
  say("%d,", named.gets(text_, 15) != nullptr);
  LibRaw_bigfile_datastream big("picture.dng");
  say("%d;", big.gets(text_, 15) != nullptr);
  for (size_t i = 8; i < 220; i += 9) { // broken tags
    makeDng(64, 48), file[i] ^= 0x5a;
    LibRaw raw;
    say("%d,", raw.open_buffer(file.data(), file.size()));
  }
  return line();
}
