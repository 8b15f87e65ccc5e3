#include <stdio.h>
#include <stdlib.h>

struct customer {
    int number;
    int visits;
    int credit;
};
static void *kept;

const char *answer(const char *question)
{
    static char text[64];
    if (!kept)
        kept = calloc(1, sizeof(struct customer));
    struct customer *it = kept;
    it->visits++;
    snprintf(text, sizeof text, "%s %d", question, it->visits + it->credit);
    return text;
}
