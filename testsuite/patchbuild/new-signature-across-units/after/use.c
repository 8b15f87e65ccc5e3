int area(int width, int height);

int cost(int width)
{
    return area(width, 2) * 3;
}
