#pragma once
inline int level = 4;
inline int extra = 40;
