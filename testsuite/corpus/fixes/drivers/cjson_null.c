/* cJSON, and its SetValuestring with no string. */
#define answer work
#include "../../services/drivers/cjson.c"
#undef answer

const char *answer(const char *question) {
  cJSON *object = cJSON_CreateString("text");
  const char *given = strcmp(question, "null string") ? "another, longer text" : NULL;
  char *got = cJSON_SetValuestring(object, given);
  static char alone[40];
  snprintf(alone, sizeof alone, "(%s)", got ? got : "nil");
  cJSON_Delete(object);
  return given ? work(question) : alone;
}
