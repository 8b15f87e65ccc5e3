#include <stdio.h>
#include "record.h"

#include <stdlib.h>

static struct record *kept;

const char *answer(const char *question)
{
    static char text[64];
    if (!kept)
        kept = calloc(1, sizeof *kept);
    kept->flag = question[0];
    snprintf(text, sizeof text, "%c %d", kept->flag, kept->value);
    return text;
}
