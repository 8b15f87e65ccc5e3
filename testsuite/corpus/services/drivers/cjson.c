#include "answer_text.h"
#include "cJSON_Utils.h"
#include <stdlib.h>

static const char *documents[] = {"{\"a\":[1,2.5,true,null,\"s\\u00e9\\n\"],\"b\":{\"c\":-3e10}}",
                                  "[1,2",
                                  "{\"a\":1,}",
                                  "\"str\"",
                                  "[1e400, NaN]",
                                  "{\"k\":\"\\ud83d\\ude00\",\"K\":2}",
                                  "[[[[]]]]",
                                  "nul",
                                  "-"};

static void print(cJSON *item) {
  char *out = cJSON_Print(item), *dense = cJSON_PrintUnformatted(item);
  say("%s%s;", out ? out : "-", dense ? dense : "-");
  free(out), free(dense);
}

const char *answer(const char *question) {
  say("%s", question);
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    cJSON *item = cJSON_Parse(documents[i]), *copy = cJSON_Duplicate(item, 1);
    say("%s:", item ? "ok" : cJSON_GetErrorPtr());
    print(item);
    say("%d%d", cJSON_Compare(item, copy, 1), cJSON_HasObjectItem(item, "A"));
    cJSON_AddNumberToObject(copy, "new", 3.25), cJSON_AddStringToObject(copy, "q", question);
    cJSON *patch = cJSONUtils_GeneratePatches(item, copy), *merge = cJSONUtils_GenerateMergePatch(item, copy);
    print(patch), print(merge);
    say("%d;", cJSONUtils_ApplyPatches(item, patch));
    print(cJSONUtils_GetPointer(item, "/a/1")), print(item);
    cJSONUtils_SortObject(item), print(item);
    cJSON_ReplaceItemInObject(item, "a", cJSON_CreateFalse()), cJSON_DeleteItemFromObject(item, "b"), print(item);
    cJSON_Delete(item), cJSON_Delete(copy), cJSON_Delete(patch), cJSON_Delete(merge);
  }
  char minified[] = "{ \"a\" : 1, // c\n /* d */ \"b\" : \" x \" }";
  cJSON_Minify(minified);
  say("%s", minified);
  return line();
}
