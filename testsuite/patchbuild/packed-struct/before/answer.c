#include <stdio.h>

struct record {
    char kind;
    int value;
};
static struct record record;

const char *answer(const char *question)
{
    static char text[64];
    record.value += question[0];
    record.kind++;
    snprintf(text, sizeof text, "%d %d", record.kind, record.value);
    return text;
}
