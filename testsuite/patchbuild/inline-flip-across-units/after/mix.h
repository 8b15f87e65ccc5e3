#include <stdio.h>
static inline int mix(int n)
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
