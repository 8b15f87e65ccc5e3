#include <stdio.h>
#include "packet.h"

static union packet *last;

void keep(union packet *packet)
{
    last = packet;
}

int kindOfLast(void)
{
    return last ? last->kind : 0;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, kindOfLast());
    return text;
}
