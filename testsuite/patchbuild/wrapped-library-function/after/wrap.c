long __real_labs(long value);
long __wrap_labs(long value)
{
    return __real_labs(value) + 100;
}
