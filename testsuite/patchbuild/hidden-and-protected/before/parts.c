__attribute__((visibility("hidden"))) int quiet(int value)
{
    return value + 1;
}

__attribute__((visibility("protected"))) int guarded(int value)
{
    return value + 2;
}

__attribute__((visibility("hidden"))) int store = 7;

int both(int value)
{
    return quiet(value) * guarded(value) + ++store;
}
