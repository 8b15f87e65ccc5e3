#include <stdio.h>
#include <stdlib.h>

struct client {
    int number;
    int visits;
};
static void *kept;

const char *answer(const char *question)
{
    static char text[64];
    if (!kept)
        kept = calloc(1, sizeof(struct client));
    struct client *it = kept;
    it->visits++;
    snprintf(text, sizeof text, "%s %d", question, it->visits);
    return text;
}
