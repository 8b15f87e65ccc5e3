#include <stdio.h>
#include "item.h"

void fill(struct item *item, int id);

const char *answer(const char *question)
{
    static char text[64];
    struct item item;
    fill(&item, question[0]);
    snprintf(text, sizeof text, "%s %d", question, item.weight);
    return text;
}
