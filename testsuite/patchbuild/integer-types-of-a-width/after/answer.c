#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

struct frame {
    uint32_t sequence;
    uint8_t *bytes;
    size_t length;
    uint16_t port;
};

static uint8_t data[16];
static struct frame last = {0, data, 0, 7};

__attribute__((noinline)) static size_t store(struct frame *frame, const uint8_t *from, size_t length)
{
    memcpy(frame->bytes, from, length < sizeof data ? length : sizeof data);
    return frame->length += length;
}

const char *answer(const char *question)
{
    static char text[64];
    size_t total = store(&last, (const uint8_t *)question, strlen(question));
    snprintf(text, sizeof text, "%u: %zu %d", ++last.sequence, total, last.port);
    return text;
}
