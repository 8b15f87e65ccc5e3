#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    int length;
    char text[];
};
static struct line *kept;

const char *answer(const char *question)
{
    free(kept);
    kept = malloc(sizeof *kept + strlen(question) + 8);
    kept->length = sprintf(kept->text, "%s two", question);
    return kept->text;
}
