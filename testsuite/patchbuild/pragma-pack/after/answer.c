#include <stdio.h>

#pragma pack(push, 1)
struct record {
    char kind;
    long value;
};
#pragma pack(pop)
static struct record record;

const char *answer(const char *question)
{
    static char text[64];
    record.value += question[0];
    snprintf(text, sizeof text, "%d %ld", record.kind, record.value);
    return text;
}
