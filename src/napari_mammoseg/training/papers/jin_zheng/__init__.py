"""Jin and Zheng 2019: pictures cut from MIAS, default boxes."""
