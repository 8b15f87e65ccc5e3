__attribute__((weak)) int preference(int value)
{
    return value + 2;
}
