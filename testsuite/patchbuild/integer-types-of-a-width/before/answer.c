#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

struct frame {
    unsigned int sequence;
    unsigned char *bytes;
    unsigned long length;
    u_int16_t port;
};

static unsigned char data[16];
static struct frame last = {0, data, 0, 7};

__attribute__((noinline)) static unsigned long store(struct frame *frame, const unsigned char *from, unsigned long length)
{
    memcpy(frame->bytes, from, length < sizeof data ? length : sizeof data);
    return frame->length += length;
}

const char *answer(const char *question)
{
    static char text[64];
    unsigned long total = store(&last, (const unsigned char *)question, strlen(question));
    snprintf(text, sizeof text, "%u %lu %d", ++last.sequence, total, last.port);
    return text;
}
