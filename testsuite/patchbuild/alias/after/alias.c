int original(int value)
{
    return value + 2;
}

int other(int value) __attribute__((alias("original")));
