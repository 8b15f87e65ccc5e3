/* libheif: pictures in files of its own tests, read and decoded; one written, put into others as an overlay, and read.
 */
#include "libheif/heif.h"
#include "answer_text.h"
#include <dirent.h>
#include <stdlib.h>

static void image(struct heif_image_handle *handle) {
  struct heif_image *out = NULL;
  say("%d %d %d ", heif_image_handle_get_width(handle), heif_image_handle_get_height(handle),
      heif_image_handle_has_alpha_channel(handle));
  struct heif_error error = heif_decode_image(handle, &out, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL);
  unsigned sum = 0;
  int stride = 0, width = out ? heif_image_get_width(out, heif_channel_interleaved) : 0;
  const unsigned char *pixels = out ? heif_image_get_plane_readonly(out, heif_channel_interleaved, &stride) : NULL;
  for (int y = 0; pixels && y < heif_image_get_height(out, heif_channel_interleaved); y++)
    for (int x = 0; x < width * 3; x++)
      sum = sum * 31 + pixels[y * stride + x];
  say("%d %s %x;", error.code, error.message, sum);
  heif_item_id ids[4];
  int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, NULL, ids, 4);
  say("%d;", count);
  if (out)
    heif_image_release(out);
}
static void readAll(struct heif_context *context) {
  heif_item_id ids[20];
  int tops = heif_context_get_list_of_top_level_image_IDs(context, ids, 20);
  say("%d:", tops);
  for (int j = 0; j < tops; j++) {
    struct heif_image_handle *handle;
    if (!heif_context_get_image_handle(context, ids[j], &handle).code)
      image(handle), heif_image_handle_release(handle);
  }
}

static unsigned char file[60000], coded[60000];
static size_t size, codedSize;
static void bytes(const void *data, size_t count) {
  memcpy(file + size, data, count), size += count;
}
static void number(unsigned value, int count) {
  while (count--)
    file[size++] = (unsigned char)(value >> 8 * count);
}
static size_t box(const char *name) {
  size_t at = size;
  number(0, 4), bytes(name, 4);
  return at;
}
static size_t fullBox(const char *name, unsigned version) {
  size_t at = box(name);
  number(version << 24, 4);
  return at;
}
static void end(size_t at) {
  size_t whole = size;
  size = at, number((unsigned)(whole - at), 4), size = whole;
}
static const unsigned char *find(const char *name) {
  for (size_t i = 4; i + 4 <= codedSize; i++)
    if (!memcmp(coded + i, name, 4))
      return coded + i - 4;
  return NULL;
}
static unsigned lengthOf(const unsigned char *at) {
  return (unsigned)(at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]);
}

static struct heif_error keep(struct heif_context *context, const void *data, size_t count, void *unused) {
  (void)context, (void)unused;
  codedSize = count < sizeof coded ? count : 0;
  memcpy(coded, data, codedSize);
  return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}
static void encode(void) {
  struct heif_context *context = heif_context_alloc();
  struct heif_encoder *encoder;
  struct heif_image *plain;
  struct heif_image_handle *handle = NULL;
  struct heif_writer writer = {1, keep};
  int stride;
  if (heif_context_get_encoder_for_format(context, heif_compression_AV1, &encoder).code)
    return;
  heif_image_create(64, 48, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &plain);
  heif_image_add_plane(plain, heif_channel_interleaved, 64, 48, 8);
  unsigned char *pixels = heif_image_get_plane(plain, heif_channel_interleaved, &stride);
  for (int y = 0; y < 48; y++)
    for (int x = 0; x < 64 * 3; x++)
      pixels[y * stride + x] = (unsigned char)(x * 2 + y * 3);
  heif_context_encode_image(context, plain, encoder, NULL, &handle);
  heif_context_write(context, &writer, NULL);
  heif_image_handle_release(handle), heif_image_release(plain), heif_encoder_release(encoder),
      heif_context_free(context);
}

/* A picture of 80 x 60 that shows the encoded one four times, partly, and once not at all. (Not to the left of it, nor
 * above: Debian's fix takes a distance below zero for a large one there, and reads behind the picture.) */
static void overlay(unsigned width) {
  static const short places[4][2] = {{0, 0}, {20, 10}, {40, 30}, {500, 0}};
  const unsigned char *setup = find("av1C"), *data = find("mdat");
  size = 0;
  if (!setup || !data)
    return;
  size_t all = box("ftyp");
  bytes("mif1\0\0\0\0mif1avif", 16), end(all);
  all = box("mdat");
  size_t first = size, firstSize = lengthOf(data) - 8;
  bytes(data + 8, firstSize);
  size_t second = size;
  number(0, 2), number(0x1000, 2), number(0x2000, 2), number(0x3000, 2), number(0xffff, 2), number(width, 2),
      number(60, 2);
  for (int i = 0; i < 4; i++)
    number((unsigned short)places[i][0], 2), number((unsigned short)places[i][1], 2);
  size_t secondSize = size - second;
  end(all);
  size_t meta = fullBox("meta", 0), part = fullBox("hdlr", 0);
  number(0, 4), bytes("pict", 4), number(0, 4), number(0, 4), number(0, 4), number(0, 1), end(part);
  part = fullBox("pitm", 0), number(2, 2), end(part);
  part = fullBox("iloc", 0), number(0x44, 1), number(0, 1), number(2, 2);
  for (unsigned id = 1; id <= 2; id++)
    number(id, 2), number(0, 2), number(1, 2), number((unsigned)(id == 1 ? first : second), 4),
        number((unsigned)(id == 1 ? firstSize : secondSize), 4);
  end(part);
  part = fullBox("iinf", 0), number(2, 2);
  for (unsigned id = 1; id <= 2; id++) {
    size_t entry = fullBox("infe", 2);
    number(id, 2), number(0, 2), bytes(id == 1 ? "av01" : "iovl", 4), number(0, 1), end(entry);
  }
  end(part);
  part = fullBox("iref", 0);
  size_t list = box("dimg");
  number(2, 2), number(4, 2);
  for (int i = 0; i < 4; i++)
    number(1, 2);
  end(list), end(part);
  part = box("iprp"), list = box("ipco");
  bytes(setup, lengthOf(setup));
  size_t extent = fullBox("ispe", 0);
  number(64, 4), number(48, 4), end(extent), extent = fullBox("ispe", 0), number(80, 4), number(60, 4), end(extent);
  end(list);
  list = fullBox("ipma", 0), number(2, 4), number(1, 2), number(2, 1), number(0x81, 1), number(2, 1);
  number(2, 2), number(1, 1), number(3, 1), end(list), end(part), end(meta);
  struct heif_context *context = heif_context_alloc();
  struct heif_error error = heif_context_read_from_memory(context, file, size, NULL);
  say("overlay %d %s ", error.code, error.message);
  readAll(context), heif_context_free(context);
}

static int wanted(const struct dirent *file) {
  return strstr(file->d_name, ".heic") || strstr(file->d_name, ".avif");
}

const char *answer(const char *question) {
  struct dirent **names;
  int count = scandir(FILES, &names, wanted, alphasort);
  say("%s %d ", question, count);
  for (int i = 0; i < count; i++) {
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", FILES, names[i]->d_name);
    struct heif_context *context = heif_context_alloc();
    struct heif_error error = heif_context_read_from_file(context, path, NULL);
    say("%.12s %d ", names[i]->d_name, error.code);
    if (!error.code)
      readAll(context);
    heif_context_free(context), free(names[i]);
  }
  free(names);
  if (!codedSize)
    encode();
  overlay(80), overlay(0);
  return line();
}
