struct size {
    int width;
    int height;
};
int area(const struct size *size);
