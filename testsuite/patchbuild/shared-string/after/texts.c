const char *first(void)
{
    return "another text";
}

const char *second(void)
{
    return "the same text";
}
