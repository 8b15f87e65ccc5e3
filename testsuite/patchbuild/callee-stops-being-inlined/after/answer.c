#include <stdio.h>

static int mix(int n)
{
    int sum = n * 3;
    for (int i = 0; i < n; i++) {
        sum ^= i * 17;
        sum = sum << 3 | (unsigned)sum >> 29;
        if (sum % 7 == 3)
            sum += n * i + 11;
        if (sum % 11 == 5)
            sum -= printf("%s", "");
        sum ^= (sum >> 5) * 23 + (i & sum);
        if (sum % 5 == 1)
            sum += snprintf(NULL, 0, "%d %d %d", sum, i, n);
    }
    return sum;
}

__attribute__((noinline)) int first(int n)
{
    return mix(n) + 1;
}
__attribute__((noinline)) int second(int n)
{
    return mix(n + 1) + 2;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d", question, first(question[0]), second(question[0]));
    return text;
}
