int area(int width);

int cost(int width)
{
    return area(width) * 3;
}
