struct Shape {
    virtual ~Shape() = default;
    virtual int area() const = 0;
    virtual const char *name() const { return "shape"; }
};

Shape *make(int size);
