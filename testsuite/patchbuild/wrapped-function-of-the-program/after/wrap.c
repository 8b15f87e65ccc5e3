long __real_shift(long value);
long __wrap_shift(long value)
{
    return __real_shift(value) + 100;
}
