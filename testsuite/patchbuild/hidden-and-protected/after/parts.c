__attribute__((visibility("hidden"))) int quiet(int value)
{
    return value + 11;
}

__attribute__((visibility("protected"))) int guarded(int value)
{
    return value + 22;
}

__attribute__((visibility("hidden"))) int store = 7;

int both(int value)
{
    return quiet(value) * guarded(value) + ++store;
}
