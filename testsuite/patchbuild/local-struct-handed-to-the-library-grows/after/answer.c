#include <stdio.h>
#include <stdlib.h>

struct entry {
    int key;
    int value;
    int weight;
};

static int order(const void *a, const void *b)
{
    return ((const struct entry *)a)->key - ((const struct entry *)b)->key;
}

const char *answer(const char *question)
{
    static char text[64];
    struct entry entries[3] = {{question[0], 1, 1}, {2, 2, 2}, {1, 3, 3}};
    qsort(entries, 3, sizeof entries[0], order);
    snprintf(text, sizeof text, "%d", entries[0].value + entries[0].weight);
    return text;
}
