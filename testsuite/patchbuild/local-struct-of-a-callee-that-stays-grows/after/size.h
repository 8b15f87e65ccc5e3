struct size {
    int width;
    int depth;
    int height;
};
int area(const struct size *size);
