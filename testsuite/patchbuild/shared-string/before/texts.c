const char *first(void)
{
    return "the same text";
}

const char *second(void)
{
    return "the same text";
}
