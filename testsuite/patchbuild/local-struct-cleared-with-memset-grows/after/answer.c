#include <stdio.h>
#include <string.h>

struct state {
    int depth;
    long seen;
    char mark;
};

const char *answer(const char *question)
{
    static char text[64];
    struct state state, copy;
    memset(&state, 0, sizeof state);
    state.depth = question[0];
    memcpy(&copy, &state, sizeof copy);
    snprintf(text, sizeof text, "%d %d", copy.depth + 1, copy.mark);
    return text;
}
