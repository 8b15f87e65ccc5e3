#include <stdio.h>
#include <stdlib.h>

struct node {
    int value;
};

static void *kept;

const char *answer(const char *question)
{
    static char text[64];
    struct node *node = kept;
    if (!node) {
        kept = node = malloc(sizeof *node);
        node->value = question[0];
    }
    snprintf(text, sizeof text, "%d", node->value);
    return text;
}
