int original(int value)
{
    return value + 1;
}

int other(int value) __attribute__((alias("original")));
