#include <stdio.h>

struct message {
    int kind;
    union {
        struct {
            short from, to;
        };
        long whole;
    };
};
static struct message last;

const char *answer(const char *question)
{
    static char text[64];
    last.kind++;
    last.from = question[0];
    snprintf(text, sizeof text, "%d %d", last.kind, last.from);
    return text;
}
