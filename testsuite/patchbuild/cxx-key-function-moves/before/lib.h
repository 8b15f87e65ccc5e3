#pragma once
struct Animal {
    virtual ~Animal();
    virtual int legs() const;
    virtual int eyes() const { return 2; }
};
struct Dog : Animal {
    int legs() const override;
};
Animal *make();
