/* libheif: pictures in files of its own tests, read and decoded; one written and read back. */
#include "libheif/heif.h"
#include "answer_text.h"
#include <dirent.h>
#include <stdlib.h>

static void image(struct heif_image_handle *handle) {
  struct heif_image *out = NULL;
  say("%d %d %d ", heif_image_handle_get_width(handle), heif_image_handle_get_height(handle),
      heif_image_handle_has_alpha_channel(handle));
  struct heif_error error = heif_decode_image(handle, &out, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL);
  say("%d %s;", error.code, error.message);
  heif_item_id ids[4];
  int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, NULL, ids, 4);
  say("%d;", count);
  if (out)
    heif_image_release(out);
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
    heif_item_id ids[20];
    int tops = error.code ? 0 : heif_context_get_list_of_top_level_image_IDs(context, ids, 20);
    say("%.12s %d %d:", names[i]->d_name, error.code, tops);
    for (int j = 0; j < tops; j++) {
      struct heif_image_handle *handle;
      if (!heif_context_get_image_handle(context, ids[j], &handle).code)
        image(handle), heif_image_handle_release(handle);
    }
    heif_context_free(context), free(names[i]);
  }
  free(names);
  return line();
}
