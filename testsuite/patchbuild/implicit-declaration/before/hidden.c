int notDeclared(int value)
{
    return value * 2;
}
