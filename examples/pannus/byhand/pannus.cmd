J func_J plug_J
V str_V 7374725f56206f6620706c75672e00
P str_P plug_P
P func_L plug_L
