#define MAX(a, b)                \
    ({                           \
        __typeof__(a) x = (a);   \
        __typeof__(b) y = (b);   \
        (x > y ? x : y) + 1;      \
    })
