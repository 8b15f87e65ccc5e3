struct item {
    int id;
    int weight;
    int color;
};
