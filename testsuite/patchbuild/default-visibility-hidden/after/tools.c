int counter = 5;

int tool(int value)
{
    return value * ++counter;
}
