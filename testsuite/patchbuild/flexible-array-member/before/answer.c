#include <stdio.h>
#include <stdlib.h>

struct line {
    int length;
    char text[];
};
static struct line *kept;

const char *answer(const char *question)
{
    if (!kept)
        kept = calloc(1, sizeof *kept + 64);
    kept->length = snprintf(kept->text, 64, "%s %d", question, kept->length);
    return kept->text;
}
