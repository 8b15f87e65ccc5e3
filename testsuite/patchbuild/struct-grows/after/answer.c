#include <stdio.h>
#include "item.h"

struct item *add(int id, int weight);
int heaviest(void);

const char *answer(const char *question)
{
    static char text[64];
    add(question[0], question[0] * 2);
    snprintf(text, sizeof text, "%s %d", question, heaviest());
    return text;
}
